-- Files of collections taken in, to be looked at before they are committed. They live 7 days.
create table collection_imports (
    id         uuid primary key,
    account_id uuid not null references accounts on delete cascade,
    created_at timestamptz(3) not null default clock(),
    expires_at timestamptz(3) not null default clock() + interval '7 days'
);

create index collection_imports_of_account on collection_imports (account_id, created_at);
create index collection_imports_expiry on collection_imports (expires_at);

create table collection_import_rows (
    import_id      uuid not null references collection_imports on delete cascade,
    number         integer not null check (number > 0),
    -- What matching or the person made of the row; and, once committed, what became of it.
    status         text not null check (status in ('new', 'duplicate', 'ambiguous', 'unmatched', 'invalid', 'skipped')),
    fragrance_id   integer references fragrances,
    candidates     integer[] not null default '{}',
    errors         jsonb not null default '[]',
    outcome        text check (outcome in ('added', 'merged', 'replaced', 'kept')),
    -- What the row says; null is what it does not say.
    name           text not null,
    brand          text not null,
    concentration  text not null,
    rating         integer,
    personal_notes text,
    purchase_date  date,
    bottle_size_ml double precision,
    is_owned       boolean,
    is_wishlist    boolean,
    stated_wears   integer,
    occasions      text[],
    seasons        text[],
    stated_at      timestamptz(3),
    primary key (import_id, number),
    check ((status in ('new', 'duplicate')) = (fragrance_id is not null)),
    check (outcome is null or fragrance_id is not null)
);
