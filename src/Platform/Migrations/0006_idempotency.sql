-- Answers kept for 24 h, so that a repeated request is answered and not done again. The id is a hash of caller, route and key.
create table idempotent_answers (
    id           bytea          primary key check (octet_length(id) = 32),
    account_id   uuid           not null,
    fingerprint  bytea          not null,
    answer       bytea          not null,
    expires_at   timestamptz(3) not null
);

create index idempotent_answers_expiry on idempotent_answers (expires_at);
