-- What the last wish took of the month's credits, and whether it was let in. Written by the update that pays for it and read by its
-- "returning", which knows a row only as it is afterwards: so the row is locked once, and by nothing that has to be looked at again
-- when somebody else has changed it meanwhile.
alter table artists
    add column last_monthly integer not null default 0 check (last_monthly >= 0),
    add column last_is_admitted boolean not null default false;
