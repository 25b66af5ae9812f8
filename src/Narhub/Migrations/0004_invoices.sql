-- The last number of each series. Whoever issues holds the row until the commit, and a rollback gives the number back: there are no gaps.
create table invoice_series (
    kind  text    not null check (kind in ('invoice', 'credit_note')),
    year  integer not null,
    last  integer not null,
    primary key (kind, year)
);

-- Issued documents. They never change; what was wrong is corrected by another one.
create table invoices (
    id             uuid           primary key,
    kind           text           not null check (kind in ('invoice', 'credit_note')),
    year           integer        not null,
    sequence       integer        not null check (sequence > 0),
    number         text           not null unique,
    order_id       uuid           not null references orders (id),
    -- The invoice that a credit note takes back.
    corrects       uuid           references invoices (id),
    currency       text           not null,
    net_amount     bigint         not null,
    tax_amount     bigint         not null,
    gross_amount   bigint         not null,
    tax_treatment  text           not null check (tax_treatment in ('domestic', 'reverse_charge')),
    -- Everything that is printed: seller, buyer, lines, as they were that day.
    content        jsonb          not null,
    issued_at      timestamptz(3) not null default clock(),
    unique (kind, year, sequence),
    check (net_amount + tax_amount = gross_amount),
    check ((kind = 'credit_note') = (corrects is not null)),
    check ((kind = 'credit_note') = (gross_amount < 0))
);

create unique index invoices_one_per_order on invoices (order_id) where kind = 'invoice';
create unique index invoices_one_correction on invoices (corrects) where corrects is not null;
create index invoices_by_time on invoices (issued_at desc, id desc);

create trigger invoices_append_only before update or delete or truncate on invoices
    for each statement execute function refuse_change();

-- The printed document, kept from the first printing on: everybody gets the same bytes, whatever prints later.
create table invoice_prints (
    invoice_id  uuid           primary key references invoices (id),
    pdf         bytea          not null,
    printed_at  timestamptz(3) not null default clock()
);

create trigger invoice_prints_append_only before update or delete or truncate on invoice_prints
    for each statement execute function refuse_change();
