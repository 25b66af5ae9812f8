-- Bank statements as they were imported.
create table bank_statements (
    id           uuid           primary key,
    format       text           not null check (format in ('camt.053', 'csv')),
    imported_by  uuid,
    lines        integer        not null,
    -- How many of its lines were not known yet.
    new_lines    integer        not null,
    created_at   timestamptz(3) not null default clock()
);

create index bank_statements_by_time on bank_statements (created_at desc, id desc);

-- What a bank has booked on an account of ours, each booking once, in however many files it came.
create table bank_lines (
    id              uuid           primary key,
    statement_id    uuid           not null references bank_statements (id),
    account         text           not null,
    identity        bytea          not null check (octet_length(identity) = 32),
    booked_on       date           not null,
    amount          bigint         not null check (amount <> 0),
    currency        text           not null check (currency ~ '^[A-Z]{3}$'),
    is_reversal     boolean        not null,
    payer_name      text,
    payer_account   text,
    remittance      text           not null,
    bank_reference  text,
    -- new: not looked at yet; assigned: all of it went to orders; open: an operator decides about the rest; dismissed: it is no customer's.
    state           text           not null default 'new' check (state in ('new', 'assigned', 'open', 'dismissed')),
    -- Why it is open, or was dismissed.
    reason          text,
    -- How much of it went to orders: never more than there is.
    assigned        bigint         not null default 0,
    created_at      timestamptz(3) not null default clock(),
    updated_at      timestamptz(3) not null default clock(),
    unique (account, identity),
    check (case when amount > 0 then assigned between 0 and amount else assigned between amount and 0 end),
    check ((state = 'assigned') = (assigned = amount))
);

create index bank_lines_to_do on bank_lines (state, booked_on desc, id desc) where state in ('new', 'open');
create index bank_lines_of_statement on bank_lines (statement_id);

-- What was paid for which order. Rows are added and never changed; what was wrong is taken back by another row.
create table payments (
    id            uuid           primary key,
    order_id      uuid           not null references orders (id),
    amount        bigint         not null check (amount <> 0),
    currency      text           not null,
    received_on   date           not null,
    -- Null: an operator noted it by hand.
    bank_line_id  uuid           references bank_lines (id),
    note          text           check (char_length(note) <= 500),
    recorded_by   uuid,
    created_at    timestamptz(3) not null default clock(),
    unique (bank_line_id, order_id),
    check (bank_line_id is not null or recorded_by is not null)
);

create index payments_of_order on payments (order_id, created_at);

create trigger payments_append_only before update or delete or truncate on payments
    for each statement execute function refuse_change();
