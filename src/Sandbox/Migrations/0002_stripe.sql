-- Everything the stand-in for Stripe remembers: each object as its API answers it.
create table stripe_objects (
    id          text    primary key,
    kind        text    not null,
    -- The order of creation: lists are newest first.
    number      bigint  not null generated always as identity,
    -- Seconds since 1970, as the object itself says.
    created     bigint  not null,
    body        jsonb   not null
);

create unique index stripe_objects_list on stripe_objects (kind, number desc);
create index stripe_objects_members on stripe_objects using gin (body jsonb_path_ops) with (fastupdate = off);

-- One price at most answers to a name.
create unique index stripe_objects_lookup_key on stripe_objects ((body ->> 'lookup_key')) where kind = 'price' and body ->> 'lookup_key' is not null;

-- What moved: charges are positive, refunds negative. Append-only.
create table stripe_ledger (
    number          bigint          generated always as identity primary key,
    id              text            not null unique,
    kind            text            not null check (kind in ('charge', 'refund')),
    -- The charge or the refund.
    source          text            not null unique,
    payment_intent  text            not null,
    amount          bigint          not null check (amount <> 0 and (kind = 'charge') = (amount > 0)),
    currency        text            not null check (currency ~ '^[a-z]{3}$'),
    product         text,
    description     text,
    created_at      timestamptz(3)  not null default clock()
);

create unique index stripe_ledger_one_charge on stripe_ledger (payment_intent) where kind = 'charge';
create index stripe_ledger_payment on stripe_ledger (payment_intent);

create function refuse_to_change_the_ledger() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only';
end $$;

create trigger stripe_ledger_append_only before update or delete on stripe_ledger for each row execute function refuse_to_change_the_ledger();
create trigger stripe_ledger_kept before truncate on stripe_ledger for each statement execute function refuse_to_change_the_ledger();

create function refuse_to_refund_more_than_was_charged() returns trigger language plpgsql set search_path from current as $$
begin
    if (select sum(amount) from stripe_ledger where payment_intent = new.payment_intent) < 0 then
        raise exception 'more would be refunded than was charged';
    end if;
    return null;
end $$;

create trigger stripe_ledger_covered after insert on stripe_ledger for each row execute function refuse_to_refund_more_than_was_charged();

-- What was answered to a request with an Idempotency-Key, good for 24 hours.
create table stripe_keys (
    key         text            primary key,
    request     text            not null,
    status      integer         not null,
    body        text            not null,
    created_at  timestamptz(3)  not null default clock()
);

create index stripe_keys_created on stripe_keys (created_at);

-- What shall go wrong, on demand: each row is used up one at a time.
create table stripe_faults (
    id          bigint          generated always as identity primary key,
    kind        text            not null,
    -- Only calls whose path begins so.
    path        text            not null,
    remaining   integer         not null check (remaining > 0)
);

-- One event on its way to one endpoint.
create table stripe_deliveries (
    id           uuid            primary key,
    event_id     text            not null,
    url          text            not null,
    -- Of a registered endpoint; null for a product's.
    endpoint_id  text,
    -- Whose: the secret is found by it.
    product      text,
    -- Held back until as many as shall be reordered are there.
    state        text            not null default 'waiting' check (state in ('held', 'waiting', 'delivered', 'failed')),
    attempts     integer         not null default 0,
    last_status  integer,
    last_error   text,
    created_at   timestamptz(3)  not null default clock(),
    finished_at  timestamptz(3)
);

create index stripe_deliveries_event on stripe_deliveries (event_id);
create index stripe_deliveries_held on stripe_deliveries (id) where state = 'held';
