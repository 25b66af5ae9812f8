-- The latest code for each purpose and address; the address and the code only as keyed hashes.
create table one_time_codes (
    purpose              text           not null,
    address              bytea          not null,
    id                   uuid           not null unique,
    -- Null when the address has no account: nothing was sent and nothing opens it.
    account_id           uuid           references accounts (id) on delete cascade,
    credentials_version  integer,
    code                 bytea,
    link                 bytea          unique,
    tries                smallint       not null default 0,
    created_at           timestamptz(3) not null,
    expires_at           timestamptz(3) not null,
    consumed_at          timestamptz(3),
    primary key (purpose, address)
);

create index one_time_codes_account on one_time_codes (account_id);
create index one_time_codes_expiry on one_time_codes (expires_at);

-- When codes went to an address within the last day, over all purposes.
create table one_time_code_sends (
    address  bytea            primary key,
    sent_at  timestamptz(3)[] not null,
    last_at  timestamptz(3)   not null
);

create index one_time_code_sends_last on one_time_code_sends (last_at);
