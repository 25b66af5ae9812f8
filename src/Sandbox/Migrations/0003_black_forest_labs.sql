-- Tasks that products gave to Black Forest Labs. A picture follows from its row, so that none is stored.
create table bfl_tasks (
    id          uuid           primary key,
    model       text           not null,
    prompt      text           not null,
    seed        bigint         not null,
    width       integer        not null,
    height      integer        not null,
    -- What will become of it: Ready, Error or Content Moderated.
    outcome     text           not null,
    created_at  timestamptz(3) not null default clock(),
    ready_at    timestamptz(3) not null,
    polls       integer        not null default 0
);

create index bfl_tasks_created on bfl_tasks (created_at);
