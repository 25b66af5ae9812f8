-- Who pays at the provider. Goes up with every state taken over from there: what was read before another reading was applied is not.
create table billing_customers (
    account_id    uuid    primary key references artists (account_id),
    customer_id   text    unique,
    sync_version  bigint  not null default 0
);

-- The provider's subscriptions as they were when last asked for; one an account holds at a time.
create table subscriptions (
    id                    text           primary key,
    account_id            uuid           not null references artists (account_id),
    plan_id               text           not null,
    status                text           not null,
    current_period_start  timestamptz(3) not null,
    current_period_end    timestamptz(3) not null,
    cancel_at_period_end  boolean        not null,
    canceled_at           timestamptz(3),
    ended_at              timestamptz(3),
    -- Until when invoices are paid, and for which tier.
    paid_until            timestamptz(3),
    paid_tier             text,
    created_at            timestamptz(3) not null,
    updated_at            timestamptz(3) not null default clock()
);

create index subscriptions_account on subscriptions (account_id, created_at desc);

-- What somebody was sent to the provider's page for. One way to a subscription is open for an account at a time.
create table checkouts (
    id          uuid           primary key,
    account_id  uuid           not null references artists (account_id),
    kind        text           not null check (kind in ('subscription', 'pack')),
    item        text           not null,
    state       text           not null default 'reserved' check (state in ('reserved', 'open', 'complete', 'expired')),
    session_id  text           unique,
    url         text,
    success_url text           not null,
    cancel_url  text           not null,
    expires_at  timestamptz(3) not null,
    created_at  timestamptz(3) not null default clock()
);

create unique index checkouts_one_subscription on checkouts (account_id) where kind = 'subscription' and state in ('reserved', 'open');
