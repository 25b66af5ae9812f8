-- Who did what, from where. Rows are added and never changed.
create table audit (
    id          uuid           primary key,
    at          timestamptz(3) not null default clock(),
    event       text           not null,
    account_id  uuid,
    session_id  uuid,
    address     inet,
    request_id  text,
    detail      jsonb
);

create index audit_account on audit (account_id, at);
create index audit_at on audit (at);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'Rows of % are never changed or removed.', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger audit_append_only before update or delete or truncate on audit
    for each statement execute function refuse_change();
