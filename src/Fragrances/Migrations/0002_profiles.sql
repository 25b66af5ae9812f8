-- What this product knows of an account beside what the platform keeps in accounts.
create table profiles (
    account_id               uuid           primary key references accounts (id) on delete cascade,
    full_name                text           not null check (char_length(full_name) between 1 and 100),
    experience_level         text           not null default 'beginner' check (experience_level in ('beginner', 'enthusiast', 'collector')),
    preferred_scent_types    text[]         not null default '{}' check (cardinality(preferred_scent_types) <= 50),
    collection_public        boolean        not null default false,
    recommendations_enabled  boolean        not null default true,
    onboarding_completed     boolean        not null default false,
    created_at               timestamptz(3) not null default clock(),
    updated_at               timestamptz(3) not null default clock()
);
