-- Where events are sent to.
create table webhook_endpoints (
    id                uuid           primary key,
    url               text           not null check (char_length(url) <= 2048),
    description       text           not null check (char_length(description) <= 500),
    -- Empty: all.
    event_types       text[]         not null,
    disabled_at       timestamptz(3),
    -- by_hand; gone: it answered 410; failing: nothing was accepted for days.
    disabled_because  text           check (disabled_because in ('by_hand', 'gone', 'failing')),
    -- The first failure since anything was accepted.
    failing_since     timestamptz(3),
    created_by        uuid,
    created_at        timestamptz(3) not null default clock(),
    updated_at        timestamptz(3) not null default clock(),
    removed_at        timestamptz(3),
    version           bigint         not null default 1,
    check ((disabled_at is null) = (disabled_because is null))
);

-- What an endpoint's deliveries are signed with: the present one, and former ones while receivers change over.
create table webhook_secrets (
    id           uuid           primary key,
    endpoint_id  uuid           not null references webhook_endpoints (id) on delete cascade,
    sealed       bytea          not null,
    created_at   timestamptz(3) not null default clock(),
    expires_at   timestamptz(3)
);

create unique index webhook_secrets_one_present on webhook_secrets (endpoint_id) where expires_at is null;
create index webhook_secrets_endpoint on webhook_secrets (endpoint_id);

-- What happened, when somebody wanted to know.
create table webhook_events (
    id          uuid           primary key,
    type        text           not null,
    -- The bytes that are signed and sent, in UTF-8.
    body        text           not null,
    created_at  timestamptz(3) not null default clock()
);

create index webhook_events_created on webhook_events (created_at);

create table webhook_deliveries (
    event_id     uuid           not null references webhook_events (id) on delete cascade,
    endpoint_id  uuid           not null references webhook_endpoints (id) on delete cascade,
    state        text           not null default 'waiting' check (state in ('waiting', 'delivered', 'failed', 'cancelled')),
    -- Goes up when it is sent again by hand; jobs of an earlier round have nothing left to do.
    round        integer        not null default 1,
    -- How many failures there were in this round: the place in the schedule.
    failures     integer        not null default 0,
    -- How many attempts there were in all.
    attempts     integer        not null default 0,
    -- When the next attempt is due; null once it is over.
    next_at      timestamptz(3) default clock(),
    finished_at  timestamptz(3),
    primary key (event_id, endpoint_id),
    check ((state = 'waiting') = (finished_at is null)),
    check ((state = 'waiting') = (next_at is not null))
);

create index webhook_deliveries_endpoint on webhook_deliveries (endpoint_id, event_id);

-- Each attempt: a row before it is made, so that no two workers make the same one, and its outcome after.
create table webhook_attempts (
    event_id     uuid           not null,
    endpoint_id  uuid           not null,
    number       integer        not null,
    started_at   timestamptz(3) not null default clock(),
    duration_ms  integer,
    status       integer,
    error        text,
    primary key (event_id, endpoint_id, number),
    foreign key (event_id, endpoint_id) references webhook_deliveries (event_id, endpoint_id) on delete cascade
);

-- Nodes know which types of events anybody wants.
create function tell_of_webhook_endpoint() returns trigger language plpgsql set search_path from current as $$
begin
    perform pg_notify(tg_table_schema || '_webhook_endpoints', '');
    return null;
end $$;

create trigger webhook_endpoints_changed after insert or update of event_types, disabled_at, removed_at or delete on webhook_endpoints
    for each row execute function tell_of_webhook_endpoint();
