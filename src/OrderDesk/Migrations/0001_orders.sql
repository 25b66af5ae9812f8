create collation by_name (provider = icu, locale = 'und-u-kn-true');

create table orders (
    id           uuid           primary key,
    -- The account whose token made it; null when a service did. No foreign key: an order outlives its owner.
    owner_id     uuid,
    title        text           not null check (char_length(title) between 1 and 500),
    -- As it was sent: "99.90" stays "99.90".
    price        text           not null check (price ~ '^[0-9]+([.][0-9]{1,2})?$' and char_length(replace(price, '.', '')) <= 12),
    price_minor  bigint         not null generated always as ((price::numeric * 100)::bigint) stored,
    link         text           not null check (link ~* '^https?://' and char_length(link) <= 2048),
    status       text           not null check (status in ('active', 'draft')),
    -- Counts changes; what ETag and If-Match speak of.
    version      bigint         not null default 1,
    created_at   timestamptz(3) not null default clock(),
    updated_at   timestamptz(3) not null default clock(),
    -- It can be restored for 30 days, then it is purged.
    deleted_at   timestamptz(3)
);

create index orders_created on orders (created_at, id) where deleted_at is null;
create index orders_of_owner on orders (owner_id, created_at, id) where deleted_at is null and owner_id is not null;
create index orders_deleted on orders (deleted_at) where deleted_at is not null;

-- What became of an order, and by whom. Rows are added and go with their order.
create table order_changes (
    order_id    uuid           not null references orders on delete cascade,
    version     bigint         not null,
    at          timestamptz(3) not null default clock(),
    event       text           not null check (event in ('created', 'updated', 'deleted', 'restored')),
    actor_id    uuid           not null,
    by_service  boolean        not null,
    -- Of an update, by field: {"price": {"from": "1", "to": "2"}}.
    changes     jsonb,
    primary key (order_id, version)
);
