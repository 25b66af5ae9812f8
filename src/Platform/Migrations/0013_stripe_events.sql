-- Events of Stripe that took effect. A row is inserted in the transaction of the effect: a second one of the same id has none.
create table stripe_events (
    -- The path it came to.
    endpoint     text           not null,
    id           text           not null check (char_length(id) <= 255),
    type         text           not null,
    happened_at  timestamptz(3),
    received_at  timestamptz(3) not null default clock(),
    primary key (endpoint, id)
);

create index stripe_events_received on stripe_events (received_at);
