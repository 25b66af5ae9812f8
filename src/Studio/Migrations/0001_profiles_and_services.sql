create table profiles (
    account_id  uuid           primary key references accounts (id) on delete cascade,
    name        text           not null check (char_length(name) between 1 and 100),
    avatar      text           not null default '' check (char_length(avatar) <= 2048),
    bio         text           not null default '' check (char_length(bio) <= 2000),
    updated_at  timestamptz(3) not null default clock()
);

create table services (
    id           uuid           primary key,
    provider_id  uuid           not null references accounts (id),
    title        text           not null check (char_length(title) between 1 and 120),
    description  text           not null check (char_length(description) <= 5000),
    category     text           not null check (category ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(category) <= 50),
    created_at   timestamptz(3) not null default clock(),
    updated_at   timestamptz(3) not null default clock(),
    -- No longer offered; orders of it go on.
    retired_at   timestamptz(3)
);

create index services_provider on services (provider_id, id);

-- A package is never changed: a new one takes its place, and orders keep what they were made of.
create table packages (
    id             uuid           primary key,
    service_id     uuid           not null references services (id),
    position       smallint       not null,
    name           text           not null check (char_length(name) between 1 and 80),
    description    text           not null check (char_length(description) <= 2000),
    -- In minor units; what Stripe takes: at least half a dollar, at most eight digits.
    price          bigint         not null check (price between 50 and 99999999),
    currency       text           not null check (currency ~ '^[a-z]{3}$'),
    delivery_days  integer        not null check (delivery_days between 1 and 365),
    revisions      integer        not null check (revisions between 0 and 100),
    features       text[]         not null,
    created_at     timestamptz(3) not null default clock(),
    retired_at     timestamptz(3)
);

create index packages_service on packages (service_id, position) where retired_at is null;

-- Nodes keep the catalogue ready to be sent.
create function tell_of_service() returns trigger language plpgsql set search_path from current as $$
begin
    perform pg_notify(tg_table_schema || '_services', '');
    return null;
end $$;

create trigger services_changed after insert or update or delete on services for each statement execute function tell_of_service();
create trigger packages_changed after insert or update or delete on packages for each statement execute function tell_of_service();
