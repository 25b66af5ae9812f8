-- What this product knows of an account beside what the platform keeps in accounts. The row outlives an erased account,
-- since orders and invoices point at it; name and company are null then.
create table users (
    id          uuid           primary key references accounts (id),
    name        text           check (char_length(name) between 2 and 100),
    company     text           check (char_length(company) between 1 and 200),
    created_at  timestamptz(3) not null default clock(),
    updated_at  timestamptz(3) not null default clock(),
    version     bigint         not null default 1
);

-- Names sort as people expect, with numbers by their value.
create collation by_name (provider = icu, locale = 'und-u-kn-true');

-- The catalogue. Prices are ranges in minor units; an operator's quote or the order settles the price within.
create table products (
    slug          text           primary key check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 100),
    name          text           not null collate by_name check (char_length(name) between 1 and 200),
    icon          text           not null default '' check (char_length(icon) <= 64),
    category      text           not null check (char_length(category) between 1 and 100),
    description   text           not null default '' check (char_length(description) <= 4000),
    price_min     bigint         not null check (price_min between 0 and 1000000000000),
    price_max     bigint         not null check (price_max between 0 and 1000000000000),
    currency      text           not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
    -- No longer sold: orders and carts that have it keep it.
    withdrawn_at  timestamptz(3),
    created_at    timestamptz(3) not null default clock(),
    updated_at    timestamptz(3) not null default clock(),
    version       bigint         not null default 1,
    check (price_min <= price_max)
);

create index products_listed on products (name, slug) where withdrawn_at is null;

-- One cart a user. Whoever changes lines changes this row first, in the same statement or an earlier one: changes of one cart
-- happen one after another and never wait for each other crosswise.
create table carts (
    user_id     uuid           primary key references users (id) on delete cascade,
    -- Kept by the triggers below.
    lines       integer        not null default 0 constraint carts_most_lines check (lines between 0 and 100),
    created_at  timestamptz(3) not null default clock(),
    updated_at  timestamptz(3) not null default clock()
) with (fillfactor = 70);

create table cart_items (
    id          uuid           primary key,
    user_id     uuid           not null references carts (user_id) on delete cascade,
    -- A product's slug, or whatever a client calls something that the catalogue does not have.
    product_id  text           not null check (char_length(product_id) between 1 and 200),
    slug        text           not null check (char_length(slug) between 1 and 200),
    name        text           not null check (char_length(name) between 1 and 200),
    icon        text           not null default '' check (char_length(icon) <= 64),
    -- As they were when the product was last added.
    price_min   bigint         not null check (price_min between 0 and 1000000000000),
    price_max   bigint         not null check (price_max between 0 and 1000000000000),
    quantity    integer        not null constraint cart_items_quantity check (quantity between 1 and 999),
    created_at  timestamptz(3) not null default clock(),
    updated_at  timestamptz(3) not null default clock(),
    constraint cart_items_one_line unique (user_id, product_id),
    check (price_min <= price_max)
) with (fillfactor = 80);

create function count_cart_line() returns trigger language plpgsql set search_path from current as $$
begin
    update carts set lines = lines + 1 where user_id = new.user_id;
    return null;
end $$;

create trigger cart_items_added after insert on cart_items for each row execute function count_cart_line();

create function discount_cart_lines() returns trigger language plpgsql set search_path from current as $$
begin
    update carts c set lines = c.lines - gone.count
    from (select user_id, count(*) from removed group by user_id) gone
    where c.user_id = gone.user_id;
    return null;
end $$;

create trigger cart_items_removed after delete on cart_items referencing old table as removed
    for each statement execute function discount_cart_lines();
