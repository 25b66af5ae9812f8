-- Exact limits: one row a limit and partition (account, address or hashed text), the times of what was admitted.
create table limit_counts (
    name      text             not null,
    key       uuid             not null,
    admitted  timestamptz(3)[] not null,
    idle_at   timestamptz(3)   not null,
    primary key (name, key)
) with (fillfactor = 70);

-- General limits under several nodes: what each node admitted, and the slice it may still admit from.
-- Unlogged: a crash of PostgreSQL forgets it, no request waits for a disk.
create unlogged table limit_shares (
    name        text             not null,
    key         uuid             not null,
    node        uuid             not null,
    turn        bigint           not null,
    admitted    timestamptz(3)[] not null,
    held        int              not null check (held >= 0),
    held_until  timestamptz(3)   not null,
    idle_at     timestamptz(3)   not null,
    primary key (name, key, node)
) with (fillfactor = 70);

-- The nodes that count general limits. seen_at measures processes and wires, so it is the real time.
create unlogged table limit_nodes (
    node     uuid primary key,
    alone    boolean     not null,
    seen_at  timestamptz not null
);
