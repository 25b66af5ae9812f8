-- One sign-in of an account. It is also the family of the refresh tokens that began with it.
create table sessions (
    id               uuid           primary key,
    account_id       uuid           not null references accounts (id) on delete cascade,
    created_at       timestamptz(3) not null,
    last_seen_at     timestamptz(3) not null,
    idle_life        interval       not null,
    -- Without a refresh it ends here …
    idle_expires_at  timestamptz(3) not null,
    -- … and in any case here.
    expires_at       timestamptz(3) not null,
    revoked_at       timestamptz(3),
    revoked_because  text,
    -- How many refresh tokens came before the live one, and since when that one lives.
    generation       integer        not null default 0,
    rotated_at       timestamptz(3) not null,
    address          inet,
    user_agent       text,
    check (idle_expires_at <= expires_at),
    check ((revoked_at is null) = (revoked_because is null))
);

create index sessions_account on sessions (account_id, created_at);
create index sessions_end on sessions (least(idle_expires_at, revoked_at));

-- Every refresh token of a family by its SHA-256, so that a spent one is recognised.
create table refresh_tokens (
    hash        bytea   primary key,
    session_id  uuid    not null references sessions (id) on delete cascade,
    generation  integer not null,
    unique (session_id, generation)
);

-- Nodes keep copies of sessions and of signing keys; whoever changes a row, by whatever statement, tells them.
create function tell_of_session() returns trigger language plpgsql set search_path from current as $$
begin
    perform pg_notify(tg_table_schema || '_sessions', old.id::text);
    return null;
end $$;

create trigger sessions_ended after update of revoked_at, expires_at, account_id on sessions
    for each row execute function tell_of_session();

create trigger sessions_deleted after delete on sessions
    for each row when (old.revoked_at is null and old.expires_at > clock()) execute function tell_of_session();

create function tell_of_account() returns trigger language plpgsql set search_path from current as $$
begin
    perform pg_notify(tg_table_schema || '_sessions', s.id::text)
    from sessions s where s.account_id = new.id and s.revoked_at is null and s.expires_at > clock();
    return null;
end $$;

create trigger accounts_changed after update of role, banned_at, deleted_at on accounts
    for each row execute function tell_of_account();

create function tell_of_key() returns trigger language plpgsql set search_path from current as $$
begin
    perform pg_notify(tg_table_schema || '_keys', coalesce(new.purpose, old.purpose));
    return null;
end $$;

create trigger keys_changed after insert or update or delete on keys
    for each row execute function tell_of_key();
