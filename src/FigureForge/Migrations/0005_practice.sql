-- A timed class: so many pictures for so many seconds each, one part after the other.
create table practice_sessions (
    id            uuid           primary key,
    account_id    uuid           not null references artists (account_id),
    source        text           not null check (source in ('gallery', 'own', 'favorites')),
    segments      jsonb          not null,
    total_seconds integer        not null check (total_seconds > 0),
    created_at    timestamptz(3) not null default clock(),
    finished_at   timestamptz(3),
    drawn         integer        not null default 0 check (drawn >= 0),
    drawn_seconds integer        not null default 0 check (drawn_seconds >= 0)
);

create index practice_sessions_account on practice_sessions (account_id, id desc);

create table practice_poses (
    session_id  uuid     not null references practice_sessions (id) on delete cascade,
    ordinal     integer  not null check (ordinal >= 0),
    image_id    uuid     not null references images (id),
    seconds     integer  not null check (seconds between 5 and 7200),
    is_mirrored boolean  not null default false,
    primary key (session_id, ordinal)
);
