namespace Colonnade.Fragrances.Catalogue;

/// <summary>How the incoming rows become part of the catalogue: the statements, in the order in which they run.</summary>
internal static class CatalogueMerge
{
    // A strength that only the word "Parfum" in the name tells makes a work of its own: "Eros" is not "Eros Parfum".
    private const string OfIncoming = """i.concentration_key <> '' and not (i.concentration_key = 'parfum' and i.name ~* '\mparfum\W*$')""";
    private const string OfStored = """f.concentration_key <> '' and not (f.concentration_key = 'parfum' and f.name ~* '\mparfum\W*$')""";

    /// <summary>
    /// A row that does not know its concentration means the fragrance that such rows meant before; else the only
    /// strength known of its name, in the file or in the catalogue.
    /// </summary>
    public const string SettleConcentrations =
        $"""
        with known as (
            select i.brand_key, i.name_key, i.concentration_key, i.concentration, false as stored
            from incoming i
            where {OfIncoming}
            union all
            select b.name_key, f.name_key, f.concentration_key, f.concentration, true
            from fragrances f join brands b on b.id = f.brand_id
            where {OfStored}
        ), single as (
            select brand_key, name_key, min(concentration_key) as concentration_key, min(concentration) as concentration, bool_or(stored) as stored
            from known
            group by brand_key, name_key
            having min(concentration_key) = max(concentration_key)
        ), meant as (
            select b.name_key as brand_key, f.name_key, f.concentration_key, f.concentration
            from fragrances f join brands b on b.id = f.brand_id
            where f.means_unknown or f.concentration_key = ''
        ), settled as (
            select u.brand_key, u.name_key,
                coalesce(nullif(m.concentration_key, ''), s.concentration_key) as concentration_key,
                coalesce(nullif(m.concentration, ''), s.concentration) as concentration
            from (select distinct brand_key, name_key from incoming where concentration_key = '') u
            left join meant m using (brand_key, name_key)
            left join single s on s.brand_key = u.brand_key and s.name_key = u.name_key and not (s.stored and m.concentration_key is not distinct from '')
        )
        update incoming i
        set concentration = s.concentration, concentration_key = s.concentration_key
        from settled s
        where i.concentration_key = '' and s.brand_key = i.brand_key and s.name_key = i.name_key and s.concentration_key <> ''
        """;

    /// <summary>Rows of one identity become one: the first, with what the later ones know and it does not.</summary>
    public const string MergeDuplicates =
        """
        create temp table duplicates on commit drop as
            select brand_key, name_key, concentration_key, min(number) as first
            from incoming
            group by brand_key, name_key, concentration_key
            having count(*) > 1;

        update incoming i
        set means_unknown = m.means_unknown, country = m.country, description = m.description, launch_year = m.launch_year, gender = m.gender,
            family = m.family, family_of_accords = m.family_of_accords, price_range = m.price_range,
            rating = m.rating, votes = m.votes, stated_popularity = m.stated_popularity,
            top_notes = coalesce((m.pyramid).top_notes, i.top_notes),
            middle_notes = coalesce((m.pyramid).middle_notes, i.middle_notes),
            base_notes = coalesce((m.pyramid).base_notes, i.base_notes),
            accords = m.accords, perfumers = m.perfumers, longevity = m.longevity, sillage = m.sillage, seasons = m.seasons,
            image_url = m.image_url, bottle_image_url = m.bottle_image_url, is_discontinued = m.is_discontinued
        from (
            select d.first, bool_or(r.means_unknown) as means_unknown,
                coalesce(first_known(nullif(r.country, '') order by r.number), '') as country,
                coalesce(first_known(nullif(r.description, '') order by r.number), '') as description,
                first_known(r.launch_year order by r.number) as launch_year,
                coalesce(first_known(nullif(r.gender, '') order by r.number), '') as gender,
                coalesce(first_known(nullif(r.family, '') order by r.number), '') as family,
                coalesce(first_known(nullif(r.family_of_accords, '') order by r.number), '') as family_of_accords,
                coalesce(first_known(nullif(r.price_range, '') order by r.number), '') as price_range,
                first_known(r.rating order by r.number) as rating,
                first_known(r.votes order by r.number) as votes,
                first_known(r.stated_popularity order by r.number) as stated_popularity,
                -- A pyramid is one thing; a list without one only counts where nobody has a pyramid.
                coalesce(
                    first_known(r order by r.number) filter (where r.top_notes <> '{}' or r.base_notes <> '{}'),
                    first_known(r order by r.number) filter (where r.middle_notes <> '{}')) as pyramid,
                coalesce(first_known(nullif(r.accords, '{}') order by r.number), '{}') as accords,
                coalesce(first_known(nullif(r.perfumers, '{}') order by r.number), '{}') as perfumers,
                coalesce(first_known(nullif(r.longevity, '') order by r.number), '') as longevity,
                coalesce(first_known(nullif(r.sillage, '') order by r.number), '') as sillage,
                coalesce(first_known(nullif(r.seasons, '{}') order by r.number), '{}') as seasons,
                coalesce(first_known(nullif(r.image_url, '') order by r.number), '') as image_url,
                coalesce(first_known(nullif(r.bottle_image_url, '') order by r.number), '') as bottle_image_url,
                first_known(r.is_discontinued order by r.number) as is_discontinued
            from incoming r join duplicates d using (brand_key, name_key, concentration_key)
            group by d.first
        ) m
        where i.number = m.first;

        delete from incoming i
        using duplicates d
        where i.brand_key = d.brand_key and i.name_key = d.name_key and i.concentration_key = d.concentration_key and i.number > d.first
        """;

    /// <summary>
    /// The fragrance that a row is about, if the catalogue has it: the same identity; else, for the only concentration
    /// known of a name, the one whose concentration is unknown so far.
    /// </summary>
    public const string FindExisting =
        $"""
        create temp table incoming_brands on commit drop as
            select t.brand_key, t.name, t.country, t.number, b.id, b.country as stored_country
            from (
                select i.brand_key, min(i.number) as number,
                    first_known(i.brand order by i.number) as name,
                    coalesce(first_known(nullif(i.country, '') order by i.number), '') as country
                from incoming i
                group by i.brand_key
            ) t
            left join brands b on b.name_key = t.brand_key;

        update incoming i
        set fragrance_id = f.id
        from incoming_brands b join fragrances f on f.brand_id = b.id
        where b.brand_key = i.brand_key and f.name_key = i.name_key and f.concentration_key = i.concentration_key;

        update incoming i
        set fragrance_id = f.id
        from incoming_brands b join fragrances f on f.brand_id = b.id
        where i.fragrance_id is null and {OfIncoming}
          and b.brand_key = i.brand_key and f.name_key = i.name_key and f.concentration_key = ''
          and not exists (
              select from fragrances f where f.brand_id = b.id and f.name_key = i.name_key and {OfStored})
          and not exists (
              select from incoming other
              where other.brand_key = i.brand_key and other.name_key = i.name_key and other.number <> i.number
                and {OfOther})
        """;

    private const string OfOther = """other.concentration_key <> '' and not (other.concentration_key = 'parfum' and other.name ~* '\mparfum\W*$')""";

    // What a fragrance is after a row about it: what the row says, and where it says nothing, what was there.
    private static readonly (string Column, string Value)[] Merged =
    [
        ("concentration", "case when f.concentration_key = '' then i.concentration else f.concentration end"),
        ("concentration_key", "i.concentration_key"),
        ("means_unknown", "f.means_unknown or (f.concentration_key = '' and i.concentration_key <> '')"),
        ("description", "coalesce(nullif(i.description, ''), f.description)"),
        ("launch_year", "coalesce(i.launch_year, f.launch_year)"),
        ("gender", "coalesce(nullif(i.gender, ''), f.gender)"),
        ("fragrance_family", "coalesce(nullif(i.family, ''), nullif(f.fragrance_family, ''), i.family_of_accords)"),
        ("price_range", "coalesce(nullif(i.price_range, ''), f.price_range)"),
        ("top_notes", $"case when {TakesNotes} then i.top_notes else f.top_notes end"),
        ("middle_notes", $"case when {TakesNotes} then i.middle_notes else f.middle_notes end"),
        ("base_notes", $"case when {TakesNotes} then i.base_notes else f.base_notes end"),
        ("accords", "case when i.accords <> '{}' then i.accords else f.accords end"),
        ("perfumers", "case when i.perfumers <> '{}' then i.perfumers else f.perfumers end"),
        ("longevity", "coalesce(nullif(i.longevity, ''), f.longevity)"),
        ("sillage", "coalesce(nullif(i.sillage, ''), f.sillage)"),
        ("seasons", "case when i.seasons <> '{}' then i.seasons else f.seasons end"),
        ("rating", "coalesce(i.rating, f.rating)"),
        ("votes", "coalesce(i.votes, f.votes)"),
        ("stated_popularity", "coalesce(i.stated_popularity, f.stated_popularity)"),
        ("image_url", "coalesce(nullif(i.image_url, ''), f.image_url)"),
        ("bottle_image_url", "coalesce(nullif(i.bottle_image_url, ''), f.bottle_image_url)"),
        ("is_discontinued", "coalesce(i.is_discontinued, f.is_discontinued)"),
    ];

    private const string TakesNotes =
        "(i.top_notes <> '{}' or i.base_notes <> '{}' or (i.middle_notes <> '{}' and f.top_notes = '{}' and f.base_notes = '{}'))";

    private static readonly string Columns = string.Join(", ", Merged.Select(of => of.Column));
    private static readonly string Stored = string.Join(", ", Merged.Select(of => "f." + of.Column));
    private static readonly string Values = string.Join(", ", Merged.Select(of => of.Value));

    public static readonly string FindChanges =
        $"""
        create temp table changes on commit drop as
            select f.id, i.number
            from incoming i join fragrances f on f.id = i.fragrance_id
            where ({Stored}) is distinct from ({Values})
        """;

    private const string Newly = "i.means_unknown and not f.means_unknown and i.concentration_key <> ''";

    public const string Count =
        $"""
        select
            (select count(*)::integer from incoming) as fragrances,
            (select count(*)::integer from incoming where fragrance_id is null) as new,
            (select count(*)::integer from changes) as changed,
            (select count(*)::integer from incoming_brands where id is null) as new_brands,
            (select count(*)::integer from incoming_brands where id is not null and country <> '' and country <> stored_country) as changed_brands,
            (select count(*)::integer from incoming i join fragrances f on f.id = i.fragrance_id where {Newly}) as newly_meant
        """;

    public const string ExamplesOfNew =
        "select line, brand, name, concentration from incoming where fragrance_id is null order by number limit 5";

    public const string ExamplesOfChanged =
        """
        select i.line, i.brand, i.name, i.concentration
        from changes c join incoming i on i.number = c.number
        order by i.number limit 5
        """;

    public const string AddBrands =
        """
        with added as (
            insert into brands (name, name_key, country)
            select name, brand_key, country from incoming_brands where id is null order by number
            returning id, name_key
        )
        update incoming_brands b set id = a.id from added a where a.name_key = b.brand_key
        """;

    public const string ChangeBrands =
        """
        update brands b
        set country = t.country, updated_at = clock()
        from incoming_brands t
        where t.id = b.id and t.country <> '' and t.country <> b.country
        """;

    public static readonly string ChangeFragrances =
        $"""
        update fragrances f
        set ({Columns}) = row({Values}), updated_at = clock(), version = f.version + 1
        from changes c join incoming i on i.number = c.number
        where f.id = c.id
        """;

    /// <summary>No change that anybody sees: neither version nor time moves.</summary>
    public const string RememberMeant =
        $"""
        update fragrances f
        set means_unknown = true
        from incoming i
        where i.fragrance_id = f.id and {Newly}
        """;

    public const string AddFragrances =
        """
        insert into fragrances (
            brand_id, name, name_key, concentration, concentration_key, means_unknown, description, launch_year, gender, fragrance_family, price_range,
            top_notes, middle_notes, base_notes, accords, perfumers, longevity, sillage, seasons,
            rating, votes, stated_popularity, image_url, bottle_image_url, is_discontinued)
        select
            b.id, i.name, i.name_key, i.concentration, i.concentration_key, i.means_unknown and i.concentration_key <> '', i.description, i.launch_year, i.gender,
            coalesce(nullif(i.family, ''), i.family_of_accords), i.price_range,
            i.top_notes, i.middle_notes, i.base_notes, i.accords, i.perfumers, i.longevity, i.sillage, i.seasons,
            i.rating, i.votes, i.stated_popularity, i.image_url, i.bottle_image_url, coalesce(i.is_discontinued, false)
        from incoming i join incoming_brands b on b.brand_key = i.brand_key
        where i.fragrance_id is null
        order by i.number
        """;
}
