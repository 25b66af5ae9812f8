-- A customer asks what things with a range of prices really cost; an operator answers with final prices that hold for a while.
create table quotes (
    id            uuid           primary key,
    user_id       uuid           not null references users (id),
    status        text           not null default 'requested' check (status in ('requested', 'offered', 'refused', 'accepted', 'withdrawn')),
    currency      text           not null check (currency ~ '^[A-Z]{3}$'),
    notes         text           check (char_length(notes) <= 4000),
    -- The operator's words with the offer or the refusal.
    message       text           check (char_length(message) <= 4000),
    total_amount  bigint         check (total_amount between 1 and 1000000000000000),
    expires_at    timestamptz(3),
    order_id      uuid           unique references orders (id),
    created_at    timestamptz(3) not null default clock(),
    updated_at    timestamptz(3) not null default clock(),
    version       bigint         not null default 1,
    check ((status in ('offered', 'accepted')) <= (total_amount is not null and expires_at is not null)),
    check ((status = 'accepted') = (order_id is not null))
);

create index quotes_of_user on quotes (user_id, created_at desc, id desc);
create index quotes_by_status on quotes (status, created_at desc, id desc);

create table quote_items (
    id            uuid    primary key,
    quote_id      uuid    not null references quotes (id) on delete cascade,
    position      integer not null,
    product_slug  text    not null check (char_length(product_slug) between 1 and 200),
    product_name  text    not null check (char_length(product_name) between 1 and 200),
    product_icon  text    check (char_length(product_icon) <= 64),
    price_min     bigint  not null check (price_min between 0 and 1000000000000),
    price_max     bigint  not null check (price_max between 0 and 1000000000000),
    final_price   bigint  check (final_price between 0 and 1000000000000),
    quantity      integer not null check (quantity between 1 and 999),
    check (price_min <= price_max),
    unique (quote_id, position)
);
