-- What this product knows of an account, and its credits: those of the month, which end with it, and those that were bought.
create table artists (
    account_id        uuid           primary key references accounts (id),
    username          text           not null check (username ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{2,29}$'),
    display_name      text           not null default '' check (char_length(display_name) <= 100),
    -- What was paid for, and until when that holds; free after it.
    tier              text           not null default 'free' check (tier in ('free', 'hobby', 'pro', 'studio')),
    tier_until        timestamptz(3),
    -- Months are counted from here: registration, or the beginning of a subscription.
    anchor            timestamptz(3) not null,
    period_start      timestamptz(3) not null,
    period_end        timestamptz(3) not null check (period_end > period_start),
    monthly_granted   integer        not null check (monthly_granted >= 0),
    monthly_credits   integer        not null check (monthly_credits between 0 and monthly_granted),
    pack_credits      integer        not null default 0 check (pack_credits >= 0),
    -- Generations that were let into the queue and are not over.
    in_flight         integer        not null default 0 check (in_flight >= 0),
    images_generated  bigint         not null default 0,
    created_at        timestamptz(3) not null default clock(),
    updated_at        timestamptz(3) not null default clock()
);

create unique index artists_username on artists (lower(username));
create index artists_period_end on artists (period_end);

-- The tier that holds now.
create function tier_now(of_tier text, until timestamptz) returns text
    language sql volatile
    return case when until > clock() then of_tier else 'free' end;

-- How many generations of one artist run at a time; the others queue.
create function concurrency_of(of_tier text) returns integer
    language sql immutable
    return case of_tier when 'free' then 1 when 'hobby' then 2 else 4 end;

-- Every movement of credits, in order. Rows are added and never changed: the sums are the balances.
create table credit_ledger (
    id             bigint         generated always as identity primary key,
    account_id     uuid           not null references artists (account_id),
    kind           text           not null check (kind in ('grant', 'expire', 'raise', 'purchase', 'reserve', 'capture', 'release')),
    monthly        integer        not null,
    pack           integer        not null,
    generation_id  uuid,
    detail         text           not null default '',
    created_at     timestamptz(3) not null default clock()
);

create index credit_ledger_account on credit_ledger (account_id, id);

create function credit_ledger_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'The ledger of credits only grows.';
end $$;

create trigger credit_ledger_append_only before update or delete on credit_ledger
    for each row execute function credit_ledger_is_append_only();

-- What was granted for which month: once for each account and period, and once for each raise of its tier within it.
create table credit_grants (
    account_id    uuid           not null references artists (account_id),
    period_start  timestamptz(3) not null,
    tier          text           not null,
    credits       integer        not null check (credits >= 0),
    created_at    timestamptz(3) not null default clock(),
    primary key (account_id, period_start, tier)
);
