-- What was asked to be drawn. Queued until a worker begins; completed, failed and cancelled are final.
create table generations (
    id                   uuid           primary key,
    account_id           uuid           not null references artists (account_id),
    state                text           not null check (state in ('queued', 'processing', 'completed', 'failed', 'cancelled')),
    model                text           not null,
    prompt               text           not null,
    filters              jsonb          not null,
    seed                 bigint         not null,
    batch_size           integer        not null check (batch_size between 1 and 4),
    credits              integer        not null check (credits >= 0),
    -- Whether it counts among the artist's generations in flight.
    is_admitted          boolean        not null default false,
    attempt              integer        not null default 0,
    progress             real           not null default 0 check (progress between 0 and 1),
    is_cancel_requested  boolean        not null default false,
    error_code           text,
    error_message        text,
    retried_from         uuid           references generations (id),
    remixed_from         uuid,
    -- Goes up with every change: the id of an event.
    version              bigint         not null default 1,
    created_at           timestamptz(3) not null default clock(),
    started_at           timestamptz(3),
    progress_at          timestamptz(3),
    finished_at          timestamptz(3),
    deadline_at          timestamptz(3),
    check ((state in ('completed', 'failed', 'cancelled')) = (finished_at is not null)),
    check ((state = 'failed') = (error_code is not null))
);

create index generations_account on generations (account_id, id desc);
create index generations_alive on generations (account_id, id) where state in ('queued', 'processing');
create index generations_retried on generations (retried_from) where retried_from is not null;

-- Who waits for a generation is told of each change when it commits.
create function generation_has_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify(current_schema() || '_generations', new.id::text);
    return null;
end $$;

create trigger generations_changed after update of state, progress on generations
    for each row execute function generation_has_changed();

-- The credits one generation holds: taken when it is asked for, kept when it is completed, given back otherwise; each once.
create table credit_reservations (
    generation_id  uuid           primary key,
    account_id     uuid           not null references artists (account_id),
    monthly        integer        not null check (monthly >= 0),
    pack           integer        not null check (pack >= 0),
    period_start   timestamptz(3) not null,
    state          text           not null default 'reserved' check (state in ('reserved', 'captured', 'released'))
);

-- The pictures of one generation on their way.
create table renders (
    generation_id  uuid           not null references generations (id),
    ordinal        integer        not null check (ordinal >= 0),
    seed           bigint         not null,
    -- The provider's own name for its task: stored before anybody asks for its outcome.
    task_id        text,
    polling_url    text,
    submitted_at   timestamptz(3),
    file_id        uuid,
    width          integer,
    height         integer,
    primary key (generation_id, ordinal)
);
