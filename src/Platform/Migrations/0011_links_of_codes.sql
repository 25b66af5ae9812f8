-- A link may be good for longer than the digits beside it; null where it is not.
alter table one_time_codes add link_expires_at timestamptz(3);
