-- Brands and fragrances. '' and {} mean "unknown" for text and lists, null for numbers: nothing is invented.

-- Names as people expect them: accents and case decide last, "No 5" comes before "No 19".
create collation by_name (provider = icu, locale = 'und-u-kn-true');

create table brands (
    id           integer generated always as identity primary key,
    name         text not null check (name <> '' and length(name) <= 200),
    name_key     text not null unique check (name_key <> ''),
    description  text not null default '',
    country      text not null default '',
    founded_year integer check (founded_year between 1000 and 2200),
    is_active    boolean not null default true,
    created_at   timestamptz(3) not null default clock(),
    updated_at   timestamptz(3) not null default clock()
);

create index brands_by_name on brands (name collate by_name, id);

create table fragrances (
    id                integer generated always as identity primary key,
    brand_id          integer not null references brands,
    name              text not null check (name <> '' and length(name) <= 200),
    -- Identity: the folded name without words of strength, and the folded strength ('' = unknown).
    name_key          text not null check (name_key <> ''),
    concentration     text not null default '',
    concentration_key text not null default '',
    description       text not null default '',
    launch_year       integer check (launch_year between 1000 and 2200),
    gender            text not null default '' check (gender in ('', 'Masculine', 'Feminine', 'Unisex')),
    fragrance_family  text not null default '',
    price_range       text not null default '' check (price_range in ('', 'Budget', 'Mid-range', 'Luxury', 'Niche')),
    top_notes         text[] not null default '{}',
    middle_notes      text[] not null default '{}',
    base_notes        text[] not null default '{}',
    accords           text[] not null default '{}',
    perfumers         text[] not null default '{}',
    longevity         text not null default '' check (longevity in ('', 'Short', 'Moderate', 'Long', 'Very long')),
    sillage           text not null default '' check (sillage in ('', 'Soft', 'Moderate', 'Strong', 'Very strong')),
    seasons           text[] not null default '{}' check (seasons <@ array['Spring', 'Summer', 'Fall', 'Winter']),
    rating            real check (rating > 0 and rating <= 5),
    votes             integer check (votes > 0),
    stated_popularity real check (stated_popularity between 0 and 100),
    -- A stated score, else one that rises with the rating and with the number of those who voted:
    -- few votes weigh little, 100,000 weigh fully.
    popularity_score  real generated always as (
        case
            when stated_popularity is not null then stated_popularity
            when rating is null and votes is null then null
            else round((20 * coalesce(rating, 2.5)::double precision
                * least(log(10 + coalesce(votes, 0)::double precision) / 5, 1))::numeric, 2)::real
        end) stored,
    image_url         text not null default '',
    bottle_image_url  text not null default '',
    is_discontinued   boolean not null default false,
    created_at        timestamptz(3) not null default clock(),
    updated_at        timestamptz(3) not null default clock(),
    version           integer not null default 1,
    -- Whether a row of a file that does not know its concentration means this one, though its own is known. Once so it
    -- stays so, also when other strengths of the name become known: a file taken in again finds what it found before.
    means_unknown     boolean not null default false,
    unique (brand_id, name_key, concentration_key)
);

create unique index fragrances_one_means_unknown on fragrances (brand_id, name_key) where means_unknown or concentration_key = '';

create index fragrances_by_name on fragrances (name collate by_name, id);
create index fragrances_by_popularity on fragrances (popularity_score desc nulls last, id);

-- For rows merged by identity: what the first row says that says anything.
create function keep_first(anyelement, anyelement) returns anyelement language sql immutable strict parallel safe as 'select $1';

create aggregate first_known(anyelement) (sfunc = keep_first, stype = anyelement, parallel = safe);

-- Every node keeps the catalogue in memory and reads it again when told so.
create function tell_catalogue_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify(tg_table_schema || '_catalogue', '');
    return null;
end
$$;

create trigger catalogue_changed after insert or update or delete or truncate on brands
    for each statement execute function tell_catalogue_changed();

create trigger catalogue_changed after insert or update or delete or truncate on fragrances
    for each statement execute function tell_catalogue_changed();
