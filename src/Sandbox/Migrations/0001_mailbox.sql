-- Every mail the products sent to the Sandbox; the newest 1,000 stay.
create table mails (
    id          bigint         generated always as identity primary key,
    -- A mail sent again after a lost answer is the same mail.
    message_id  text           not null unique,
    sender      text           not null,
    recipient   text           not null,
    subject     text           not null,
    text        text           not null,
    html        text           not null,
    sent_at     timestamptz(3) not null default clock()
);

create index mails_to on mails (lower(recipient), id desc);
