-- Work that is done after the answer. A row is inserted in the transaction of the change that wants it.
-- scheduled: not before run_at; waiting: as soon as a worker is free; running: under a lease; the rest is over.
create table jobs (
    id            uuid           primary key,
    kind          text           not null,
    lane          text           not null,
    -- On whose behalf: the owners of a lane take turns, however many jobs one of them has.
    owner         text           not null,
    turn          bigint         not null,
    payload       jsonb          not null,
    unique_key    text,
    state         text           not null check (state in ('scheduled', 'waiting', 'running', 'done', 'cancelled', 'failed')),
    run_at        timestamptz(3) not null,
    -- Attempts that count against max_attempts; a wait for a provider or a node's stop does not.
    attempt       integer        not null default 0,
    max_attempts  integer        not null check (max_attempts > 0),
    -- Goes up with every claim and never down: what a worker writes must name the lease it holds.
    lease         integer        not null default 0,
    lease_until   timestamptz(3),
    worker        uuid,
    error         text,
    created_at    timestamptz(3) not null default clock(),
    finished_at   timestamptz(3),
    check ((state = 'running') = (worker is not null)),
    check ((state = 'running') = (lease_until is not null)),
    check ((state in ('done', 'cancelled', 'failed')) = (finished_at is not null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

create index jobs_waiting on jobs (lane, turn, id) where state = 'waiting';
create index jobs_waiting_of_owner on jobs (lane, owner, turn) where state = 'waiting';
create index jobs_scheduled on jobs (run_at) where state = 'scheduled';
create index jobs_running on jobs (lease_until) where state = 'running';
create index jobs_failed on jobs (finished_at) where state = 'failed';
create index jobs_over on jobs (finished_at) where state in ('done', 'cancelled');
create unique index jobs_one_alive on jobs (kind, unique_key) where unique_key is not null and state in ('scheduled', 'waiting', 'running');

-- The place of a new job among those waiting: behind the owner's own, level with the head of the lane.
create function job_turn(of_lane text, of_owner text) returns bigint
    language sql stable
    return greatest(
        (select max(turn) + 1 from jobs where state = 'waiting' and lane = of_lane and owner = of_owner),
        (select min(turn) from jobs where state = 'waiting' and lane = of_lane),
        0);

-- The last tick of every periodic job, so that a tick is one job however many nodes there are.
create table job_ticks (
    kind  text           primary key,
    tick  timestamptz(3) not null
);
