-- The cookie that a session was begun with, by its SHA-256. Sessions with refresh tokens have none.
create table session_cookies (
    hash        bytea primary key check (octet_length(hash) = 32),
    session_id  uuid  not null unique references sessions (id) on delete cascade
);
