create table orders (
    id                 uuid           primary key,
    -- No foreign keys to accounts: an order outlives them.
    customer_id        uuid           not null,
    provider_id        uuid           not null,
    service_id         uuid           not null references services (id),
    package_id         uuid           not null references packages (id),
    -- As they were when it was placed.
    title              text           not null,
    package_name       text           not null,
    amount             bigint         not null check (amount between 50 and 99999999),
    currency           text           not null check (currency ~ '^[a-z]{3}$'),
    delivery_days      integer        not null,
    revisions_allowed  integer        not null,
    revisions_used     integer        not null default 0 check (revisions_used between 0 and revisions_allowed),
    -- json and not jsonb: echoed as it came.
    details            json           not null,
    status             text           not null check (status in ('pending_payment', 'pending_requirements', 'in_progress', 'delivered', 'changes_requested',
                                          'completed', 'reviewed', 'payment_expired', 'canceled', 'disputed', 'refunded')),
    version            bigint         not null default 1,
    created_at         timestamptz(3) not null default clock(),
    updated_at         timestamptz(3) not null default clock(),
    -- When the timer of the present state fires, if it has one.
    due_at             timestamptz(3),
    paid_at            timestamptz(3),
    started_at         timestamptz(3),
    delivery_due_at    timestamptz(3),
    delivered_at       timestamptz(3),
    completed_at       timestamptz(3),
    reviewed_at        timestamptz(3),
    -- When it left the way from payment to review.
    closed_at          timestamptz(3),
    -- Nothing but a payment moves an order on from pending_payment.
    check (paid_at is not null or status in ('pending_payment', 'payment_expired', 'canceled'))
);

create index orders_customer on orders (customer_id, id desc);
create index orders_provider on orders (provider_id, id desc);
create index orders_disputed on orders (id) where status = 'disputed';

-- What happened to an order, in order. Rows are added and never changed.
create table order_events (
    number      bigint         generated always as identity primary key,
    order_id    uuid           not null references orders (id),
    at          timestamptz(3) not null default clock(),
    type        text           not null,
    -- customer, provider, operator, payment, timer or webhook.
    actor       text           not null,
    actor_id    uuid,
    from_status text,
    to_status   text,
    data        jsonb
);

create index order_events_order on order_events (order_id, number);

create trigger order_events_append_only before update or delete or truncate on order_events
    for each statement execute function refuse_change();

-- Attempts at being paid. One of an order is alive at a time: reserved before Stripe is asked, open when it has answered.
create table payments (
    id             uuid           primary key,
    order_id       uuid           not null references orders (id),
    number         integer        not null,
    state          text           not null default 'reserved' check (state in ('reserved', 'open', 'paid', 'canceled')),
    amount         bigint         not null,
    currency       text           not null,
    intent_id      text           unique,
    -- Stripe's own word for where the intent stands.
    intent_status  text           not null default '',
    -- How often confirming was asked for; part of its idempotency key.
    attempts       integer        not null default 0,
    refunded       bigint         not null default 0,
    created_at     timestamptz(3) not null default clock(),
    updated_at     timestamptz(3) not null default clock(),
    paid_at        timestamptz(3),
    unique (order_id, number),
    check (refunded between 0 and amount),
    check ((state = 'paid') = (paid_at is not null)),
    check (refunded = 0 or state = 'paid'),
    check (intent_id is not null or state in ('reserved', 'canceled'))
);

create unique index payments_one_alive on payments (order_id) where state in ('reserved', 'open', 'paid');

-- Money on its way back. Requested before Stripe is asked.
create table refunds (
    id          uuid           primary key,
    payment_id  uuid           not null references payments (id),
    order_id    uuid           not null references orders (id),
    amount      bigint         not null check (amount > 0),
    reason      text           not null check (char_length(reason) <= 500),
    state       text           not null default 'requested' check (state in ('requested', 'sent', 'failed')),
    refund_id   text           unique,
    created_at  timestamptz(3) not null default clock(),
    sent_at     timestamptz(3),
    check ((state = 'sent') = (refund_id is not null))
);

create index refunds_order on refunds (order_id, id);
