create table profiles (
    account_id              uuid primary key,
    full_name               text not null default '',
    experience_level        text not null default 'beginner',
    preferred_scent_types   text[] not null default '{}',
    collection_public       boolean not null default false,
    recommendations_enabled boolean not null default true,
    onboarding_completed    boolean not null default false,
    created_at              timestamptz(3) not null default clock(),
    updated_at              timestamptz(3) not null default clock()
);
