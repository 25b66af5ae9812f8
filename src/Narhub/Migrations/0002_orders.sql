create table orders (
    id                     uuid           primary key,
    user_id                uuid           not null references users (id),
    status                 text           not null default 'pending' check (status in ('pending', 'processing', 'completed', 'cancelled', 'refunded')),
    -- Minor units, with tax.
    total_amount           bigint         not null check (total_amount between 1 and 1000000000000000),
    currency               text           not null check (currency ~ '^[A-Z]{3}$'),
    payment_method         text           check (payment_method in ('SEPA', 'SWIFT')),
    payment_reference      text           not null,
    -- What has arrived and was assigned here; more than the total is the customer's credit.
    paid_amount            bigint         not null default 0 check (paid_amount >= 0),
    payment_confirmed_at   timestamptz(3),
    due_date               date           not null,
    purchase_order_number  text           check (char_length(purchase_order_number) <= 100),
    billing_name           text           check (char_length(billing_name) <= 200),
    billing_company        text           check (char_length(billing_company) <= 200),
    billing_address        text           check (char_length(billing_address) <= 1000),
    billing_country        text           check (char_length(billing_country) <= 100),
    billing_vat            text           check (char_length(billing_vat) <= 50),
    notes                  text           check (char_length(notes) <= 4000),
    -- How the sale is taxed: here, or by the customer in another member state.
    tax_treatment          text           not null check (tax_treatment in ('domestic', 'reverse_charge')),
    -- SHA-256 of what was asked for, to recognise the same again.
    wish                   bytea          not null check (octet_length(wish) = 32),
    reminded_at            timestamptz(3),
    created_at             timestamptz(3) not null default clock(),
    updated_at             timestamptz(3) not null default clock(),
    version                bigint         not null default 1,
    check ((status in ('processing', 'completed', 'refunded')) = (payment_confirmed_at is not null))
);

create index orders_of_user on orders (user_id, created_at desc, id desc);
create index orders_by_time on orders (created_at desc, id desc);
create index orders_by_status on orders (status, created_at desc, id desc);
create index orders_unpaid on orders (currency, (total_amount - paid_amount)) where status = 'pending';

-- What stands in bank transfers, apart from orders so that those can be partitioned.
create table payment_references (
    reference  text primary key check (reference ~ '^NH-[A-HJ-NP-Z2-9]{6}-[A-HJ-NP-Z2-9]{3}$'),
    order_id   uuid not null unique
);

create table order_items (
    id            uuid           primary key,
    order_id      uuid           not null references orders (id) on delete cascade,
    position      integer        not null,
    product_slug  text           not null check (char_length(product_slug) between 1 and 200),
    product_name  text           not null check (char_length(product_name) between 1 and 200),
    product_icon  text           check (char_length(product_icon) <= 64),
    price_min     bigint         not null check (price_min between 0 and 1000000000000),
    price_max     bigint         not null check (price_max between 0 and 1000000000000),
    final_price   bigint         check (final_price between 0 and 1000000000000),
    quantity      integer        not null check (quantity between 1 and 999),
    -- The line's share of the total, and what of it is tax, in per cent.
    gross_amount  bigint         not null check (gross_amount >= 0),
    tax_rate      numeric(5, 2)  not null check (tax_rate between 0 and 100),
    tax_amount    bigint         not null check (tax_amount >= 0),
    net_amount    bigint         not null generated always as (gross_amount - tax_amount) stored,
    created_at    timestamptz(3) not null default clock(),
    check (price_min <= price_max),
    unique (order_id, position)
);

-- Every status an order had, and who gave it. Rows are added and never changed.
create table order_changes (
    order_id  uuid           not null references orders (id) on delete cascade,
    version   bigint         not null,
    at        timestamptz(3) not null default clock(),
    status    text           not null,
    -- Null: nobody, it followed from a payment or from time.
    actor_id  uuid,
    reason    text           check (char_length(reason) <= 500),
    primary key (order_id, version)
);
