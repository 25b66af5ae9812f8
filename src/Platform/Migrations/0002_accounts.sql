-- Who can sign in to this product. What else a product knows of an account stands in its own tables.
create table accounts (
    id                   uuid           primary key,
    email                text           not null,
    -- What makes two addresses the same: see EmailAddress.
    email_key            text           not null,
    email_verified_at    timestamptz(3),
    -- A PasswordHash; null for an account that signs in by code only.
    password             text,
    -- Counts changes of password or address: a code or sign-in begun before such a change is void.
    credentials_version  integer        not null default 0,
    role                 text           not null default 'user' check (role ~ '^[a-z][a-z_-]{0,39}$'),
    locale               text,
    organisation_id      uuid,
    banned_at            timestamptz(3),
    deleted_at           timestamptz(3),
    created_at           timestamptz(3) not null default clock(),
    updated_at           timestamptz(3) not null default clock(),
    version              bigint         not null default 1
);

create unique index accounts_email on accounts (email_key) where deleted_at is null;

-- Failed sign-ins by name, whether an account has that name or not; the name only as a keyed hash.
create table sign_in_failures (
    name      bytea          primary key,
    failures  integer        not null,
    last_at   timestamptz(3) not null
);

create index sign_in_failures_last on sign_in_failures (last_at);
