-- Every stored or compared time comes from here, so that tests can move the clock.
create function clock() returns timestamptz(3)
    language sql volatile parallel safe
    return clock_timestamp()::timestamptz(3);

-- Signing and HMAC keys of this product, sealed with Colonnade:Secret.
create table keys (
    id          uuid primary key,
    purpose     text           not null,
    sealed      bytea          not null,
    created_at  timestamptz(3) not null default clock(),
    retired_at  timestamptz(3)
);

create unique index keys_one_active on keys (purpose) where retired_at is null;
