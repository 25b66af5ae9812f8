-- A version of the work, handed over.
create table deliveries (
    order_id   uuid           not null references orders (id),
    number     integer        not null,
    message    text           not null check (char_length(message) <= 5000),
    at         timestamptz(3) not null default clock(),
    primary key (order_id, number)
);

create table messages (
    id         uuid           primary key,
    order_id   uuid           not null references orders (id),
    author_id  uuid           not null,
    text       text           not null check (char_length(text) <= 5000),
    at         timestamptz(3) not null default clock()
);

create index messages_order on messages (order_id, id);

-- A file and what it is to its order.
create table contents (
    file_id      uuid           primary key references files (id),
    order_id     uuid           not null references orders (id),
    type         text           not null check (char_length(type) between 1 and 50),
    uploaded_by  uuid           not null,
    -- Of the delivery it belongs to; what a provider calls deliverable is the customer's to see only then.
    delivery     integer,
    message_id   uuid           references messages (id),
    created_at   timestamptz(3) not null default clock(),
    foreign key (order_id, delivery) references deliveries (order_id, number)
);

create index contents_order on contents (order_id, file_id);

create table disputes (
    order_id      uuid           primary key references orders (id),
    opened_by     uuid           not null,
    reason        text           not null check (char_length(reason) between 1 and 5000),
    opened_at     timestamptz(3) not null default clock(),
    outcome       text           check (outcome in ('completed', 'refunded')),
    note          text           check (char_length(note) <= 5000),
    refund        bigint,
    decided_by    uuid,
    decided_at    timestamptz(3),
    check ((outcome is null) = (decided_at is null))
);

create index disputes_open on disputes (opened_at) where outcome is null;

create table reviews (
    order_id   uuid           primary key references orders (id),
    author_id  uuid           not null,
    rating     smallint       not null check (rating between 1 and 5),
    text       text           not null check (char_length(text) <= 5000),
    at         timestamptz(3) not null default clock()
);

-- A rating is shown with its service.
create trigger reviews_changed after insert on reviews for each statement execute function tell_of_service();
