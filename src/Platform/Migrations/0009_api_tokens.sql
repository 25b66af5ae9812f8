-- What services call this product with. The token itself is shown once and never stored.
create table api_tokens (
    id            uuid           primary key,
    name          text           not null check (char_length(name) between 1 and 100),
    -- The beginning of the token: enough to tell two apart, too little to guess the rest.
    prefix        text           not null unique,
    -- SHA-256 of the whole token.
    hash          bytea          not null unique check (octet_length(hash) = 32),
    scopes        text[]         not null check (cardinality(scopes) > 0),
    -- An account or a service; null for a command.
    created_by    uuid,
    created_at    timestamptz(3) not null default clock(),
    expires_at    timestamptz(3),
    -- To the minute, while nodes still note it down.
    last_used_at  timestamptz(3),
    revoked_at    timestamptz(3)
);

-- Nodes keep copies of the tokens they have seen; last_used_at is none of their business.
create function tell_of_api_token() returns trigger language plpgsql set search_path from current as $$
begin
    perform pg_notify(tg_table_schema || '_api_tokens', '');
    return null;
end $$;

create trigger api_tokens_changed after update of hash, scopes, expires_at, revoked_at or delete on api_tokens
    for each row execute function tell_of_api_token();

-- Who acted: an account, or the token of a service; null for strangers, commands and jobs.
alter table audit add column actor_id uuid;
