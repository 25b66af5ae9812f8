-- Files that accounts have stored. The bytes lie under the id on a disk or in S3, and lay there before the row did.
create table files (
    id           uuid           primary key,
    -- No foreign key: what was delivered outlives its account.
    owner_id     uuid           not null,
    name         text           not null check (char_length(name) between 1 and 140),
    media_type   text           not null,
    size         bigint         not null check (size > 0),
    sha256       bytea          not null check (octet_length(sha256) = 32),
    width        integer,
    height       integer,
    -- Of an image: pending until it was decoded, then ready (it has thumbnails) or broken.
    image_state  text           check (image_state in ('pending', 'ready', 'broken')),
    created_at   timestamptz(3) not null default clock(),
    removed_at   timestamptz(3),
    check ((width is null) = (image_state is null)),
    check ((width is null) = (height is null))
);

create index files_owner on files (owner_id, id) where removed_at is null;

-- What each account has stored, counted with every change.
create table file_quotas (
    owner_id  uuid    primary key,
    bytes     bigint  not null check (bytes >= 0),
    files     integer not null check (files >= 0)
);

-- A key may be held by a request that calls a provider, before it has an answer: what it makes has the id "subject".
alter table idempotent_answers alter column answer drop not null;
alter table idempotent_answers add column subject uuid;
alter table idempotent_answers add column reserved_until timestamptz(3);
alter table idempotent_answers add constraint idempotent_answers_answered check (answer is not null or reserved_until is not null);
