using Colonnade.Platform.Database;

namespace Colonnade.Fragrances;

/// <summary>What an import does to an item that is in the collection already and older than what the file says.</summary>
internal static class OnConflict
{
    /// <summary>Leaves it as it is.</summary>
    public const string Skip = "skip";

    /// <summary>Takes what the file says, keeps what it does not say; lists are united, of the wears the greater counts.</summary>
    public const string Merge = "merge";

    /// <summary>Makes it what the file says.</summary>
    public const string Replace = "replace";
}

/// <summary>Makes collection items of the rows of an import, all of them or none; a row that has an outcome is done for good.</summary>
internal static class ImportCommit
{
    private const string Merged =
        """
        rating = coalesce(chosen.rating, item.rating),
        personal_notes = coalesce(chosen.personal_notes, item.personal_notes),
        purchase_date = coalesce(chosen.purchase_date, item.purchase_date),
        bottle_size_ml = coalesce(chosen.bottle_size_ml, item.bottle_size_ml),
        is_owned = coalesce(chosen.is_owned, item.is_owned),
        is_wishlist = coalesce(chosen.is_wishlist, item.is_wishlist),
        stated_wears = greatest(chosen.stated_wears, item.stated_wears),
        occasions = array(
            select entry from unnest(item.occasions || chosen.occasions) with ordinality as entries (entry, place)
            group by entry order by min(place) limit 20),
        seasons = array(
            select entry from unnest(item.seasons || chosen.seasons) with ordinality as entries (entry, place)
            group by entry order by min(place) limit 20)
        """;

    private const string Replaced =
        """
        rating = chosen.rating,
        personal_notes = coalesce(chosen.personal_notes, ''),
        purchase_date = chosen.purchase_date,
        bottle_size_ml = chosen.bottle_size_ml,
        is_owned = coalesce(chosen.is_owned, true),
        is_wishlist = coalesce(chosen.is_wishlist, false),
        stated_wears = coalesce(chosen.stated_wears, 0),
        occasions = coalesce(chosen.occasions, '{}'),
        seasons = coalesce(chosen.seasons, '{}')
        """;

    // Of several rows that mean one fragrance the first counts. What a row says is as old as it says, or as the import.
    private const string Chosen =
        """
        chosen as (
            select distinct on (row.fragrance_id) row.*, least(coalesce(row.stated_at, import.created_at), clock()) as state_at
            from collection_import_rows row
            join collection_imports import on import.id = row.import_id
            where row.import_id = @import and row.outcome is null and row.status in ('new', 'duplicate')
            order by row.fragrance_id, row.number
        )
        """;

    /// <summary>Lets the imports and reviews of one account come one after the other, in whichever order.</summary>
    public static Task<int> TakeTurn(Work work, Guid account, CancellationToken stop) => work.Execute(
        "select pg_advisory_xact_lock(hashtextextended(current_schema() || 'collection_imports' || @account::text, 0))", new { account }, stop);

    /// <remarks>After <see cref="TakeTurn"/>.</remarks>
    public static async Task Run(Work work, Guid import, Guid account, string onConflict, CancellationToken stop)
    {
        await work.Execute(
            $"""
            with {Chosen},
            added as (
                insert into collection_items (account_id, fragrance_id, rating, personal_notes, purchase_date, bottle_size_ml,
                    is_owned, is_wishlist, stated_wears, occasions, seasons, updated_at)
                select @account, fragrance_id, rating, coalesce(personal_notes, ''), purchase_date, bottle_size_ml,
                    coalesce(is_owned, true), coalesce(is_wishlist, false), coalesce(stated_wears, 0),
                    coalesce(occasions, array[]::text[]), coalesce(seasons, array[]::text[]), state_at
                from chosen
                order by fragrance_id
                on conflict (account_id, fragrance_id) do nothing
                returning fragrance_id
            )
            update collection_import_rows row set outcome = 'added'
            from chosen join added using (fragrance_id)
            where row.import_id = @import and row.number = chosen.number
            """, new { import, account }, stop);

        if (onConflict != OnConflict.Skip)
        {
            await work.Execute(
                $"""
                with {Chosen},
                changed as (
                    update collection_items item set
                        {(onConflict == OnConflict.Merge ? Merged : Replaced)},
                        updated_at = greatest(chosen.state_at, item.updated_at + interval '1 millisecond'),
                        version = item.version + 1
                    from chosen
                    where item.account_id = @account and item.fragrance_id = chosen.fragrance_id and chosen.state_at > item.updated_at
                    returning item.fragrance_id
                )
                update collection_import_rows row set outcome = @outcome
                from chosen join changed using (fragrance_id)
                where row.import_id = @import and row.number = chosen.number
                """, new { import, account, outcome = onConflict == OnConflict.Merge ? "merged" : "replaced" }, stop);
        }

        await work.Execute(
            """
            update collection_import_rows set outcome = 'kept'
            where import_id = @import and outcome is null and status in ('new', 'duplicate')
            """, new { import }, stop);
    }
}
