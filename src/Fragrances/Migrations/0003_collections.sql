-- What people own and wish for: one row for each person and fragrance.
create table collection_items (
    id             integer generated always as identity primary key,
    account_id     uuid not null references accounts on delete cascade,
    fragrance_id   integer not null references fragrances,
    rating         integer check (rating between 1 and 5),
    personal_notes text not null default '' check (length(personal_notes) <= 5000),
    purchase_date  date,
    bottle_size_ml double precision check (bottle_size_ml > 0 and bottle_size_ml <= 10000),
    is_owned       boolean not null,
    is_wishlist    boolean not null,
    occasions      text[] not null default '{}' check (cardinality(occasions) <= 20),
    seasons        text[] not null default '{}' check (cardinality(seasons) <= 20),
    stated_wears   integer not null default 0 check (stated_wears between 0 and 100000),
    -- Kept by the statements that write the wear log, so that reading a collection never counts it.
    logged_wears   integer not null default 0 check (logged_wears >= 0),
    logged_sprays  integer not null default 0 check (logged_sprays >= 0),
    last_worn_on   date,
    times_worn     integer not null generated always as (greatest(stated_wears, logged_wears)) stored,
    -- A spray takes about 0.1 ml.
    remaining_ml   double precision generated always as (
        case when bottle_size_ml is not null
            then round(greatest(bottle_size_ml - logged_sprays * 0.1, 0)::numeric, 2)::double precision
        end) stored,
    added_at       timestamptz(3) not null default clock(),
    updated_at     timestamptz(3) not null default clock(),
    version        integer not null default 1,
    unique (account_id, fragrance_id),
    constraint collection_items_owned_or_wished check (is_owned or is_wishlist)
);

create index collection_items_of_fragrance on collection_items (fragrance_id);

create table wears (
    id         integer generated always as identity primary key,
    item_id    integer not null references collection_items on delete cascade,
    worn_on    date not null,
    occasion   text not null default '' check (length(occasion) <= 50),
    weather    text not null default '' check (length(weather) <= 50),
    rating     integer check (rating between 1 and 5),
    sprays     integer check (sprays between 1 and 100),
    created_at timestamptz(3) not null default clock()
);

create index wears_of_item on wears (item_id, worn_on desc, id desc);
