create table images (
    id              uuid           primary key,
    account_id      uuid           not null references artists (account_id),
    generation_id   uuid           not null references generations (id),
    ordinal         integer        not null,
    file_id         uuid           not null,
    model           text           not null,
    prompt          text           not null,
    filters         jsonb          not null,
    seed            bigint         not null,
    width           integer        not null,
    height          integer        not null,
    tags            text[]         not null check (cardinality(tags) <= 30),
    is_public       boolean        not null default false,
    rating          integer        not null default 0 check (rating between 0 and 5),
    favorite_count  integer        not null default 0 check (favorite_count >= 0),
    -- What others may see of it: a report hides it until somebody has looked.
    moderation      text           not null default 'clean' check (moderation in ('clean', 'auto_blocked', 'human_pending', 'removed')),
    created_at      timestamptz(3) not null default clock(),
    updated_at      timestamptz(3) not null default clock(),
    published_at    timestamptz(3),
    -- A tombstone: the row stays, its file does not.
    deleted_at      timestamptz(3),
    unique (generation_id, ordinal)
);

create index images_account on images (account_id, id desc) where deleted_at is null;
create index images_gallery on images (published_at desc, id desc) where is_public and moderation = 'clean' and deleted_at is null;
create index images_tags on images using gin (tags) where deleted_at is null;
create index images_words on images using gin (to_tsvector('simple', prompt)) where deleted_at is null;

create table favorites (
    account_id  uuid           not null references artists (account_id),
    image_id    uuid           not null references images (id),
    created_at  timestamptz(3) not null default clock(),
    primary key (account_id, image_id)
);

create index favorites_of_image on favorites (image_id);

create table image_reports (
    image_id    uuid           not null references images (id),
    account_id  uuid           not null references artists (account_id),
    reason      text           not null check (reason in ('nsfw', 'hate', 'violence', 'copyright', 'privacy', 'other')),
    comment     text           not null default '' check (char_length(comment) <= 1000),
    created_at  timestamptz(3) not null default clock(),
    primary key (image_id, account_id)
);

-- What an owner says against a decision.
create table image_appeals (
    image_id    uuid           primary key references images (id),
    comment     text           not null check (char_length(comment) <= 1000),
    created_at  timestamptz(3) not null default clock()
);

create table boards (
    id          uuid           primary key,
    account_id  uuid           not null references artists (account_id),
    name        text           not null check (char_length(name) between 1 and 100),
    created_at  timestamptz(3) not null default clock()
);

create unique index boards_name on boards (account_id, lower(name));

create table board_images (
    board_id  uuid           not null references boards (id) on delete cascade,
    image_id  uuid           not null references images (id),
    added_at  timestamptz(3) not null default clock(),
    primary key (board_id, image_id)
);

create index board_images_image on board_images (image_id);
