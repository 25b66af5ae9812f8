using Npgsql;
using NpgsqlTypes;

namespace Colonnade.Fragrances.Catalogue;

/// <summary>The table in which the rows of a file wait to be merged; it lives and dies with the transaction.</summary>
internal sealed class IncomingRows : IAsyncDisposable
{
    public const string Table =
        """
        create temp table incoming (
            number integer not null, line integer not null,
            brand text not null, brand_key text not null, name text not null, name_key text not null,
            concentration text not null, concentration_key text not null, means_unknown boolean not null,
            country text not null, description text not null, launch_year integer, gender text not null,
            family text not null, family_of_accords text not null, price_range text not null,
            rating real, votes integer, stated_popularity real,
            top_notes text[] not null, middle_notes text[] not null, base_notes text[] not null,
            accords text[] not null, perfumers text[] not null,
            longevity text not null, sillage text not null, seasons text[] not null,
            image_url text not null, bottle_image_url text not null, is_discontinued boolean,
            fragrance_id integer
        ) on commit drop
        """;

    private const string Copy =
        """
        copy incoming (
            number, line, brand, brand_key, name, name_key, concentration, concentration_key, means_unknown,
            country, description, launch_year, gender, family, family_of_accords, price_range,
            rating, votes, stated_popularity, top_notes, middle_notes, base_notes, accords, perfumers,
            longevity, sillage, seasons, image_url, bottle_image_url, is_discontinued)
        from stdin (format binary)
        """;

    private readonly NpgsqlBinaryImporter _copy;

    private IncomingRows(NpgsqlBinaryImporter copy) => _copy = copy;

    public static async Task<IncomingRows> Begin(NpgsqlConnection connection, CancellationToken stop)
    {
        var copy = await connection.BeginBinaryImportAsync(Copy, stop);
        copy.Timeout = TimeSpan.FromMinutes(10);
        return new IncomingRows(copy);
    }

    public async Task Add(CatalogueRow row, FragranceDraft fragrance, CancellationToken stop)
    {
        await _copy.StartRowAsync(stop);
        await _copy.WriteAsync(row.Number, NpgsqlDbType.Integer, stop);
        await _copy.WriteAsync(row.Line, NpgsqlDbType.Integer, stop);
        await Text(fragrance.Brand);
        await Text(fragrance.BrandKey);
        await Text(fragrance.Name);
        await Text(fragrance.NameKey);
        await Text(fragrance.Concentration);
        await Text(fragrance.ConcentrationKey);
        await _copy.WriteAsync(fragrance.ConcentrationKey.Length == 0, NpgsqlDbType.Boolean, stop);
        await Text(fragrance.Country);
        await Text(fragrance.Description);
        await Value(fragrance.LaunchYear, NpgsqlDbType.Integer);
        await Text(fragrance.Gender);
        await Text(fragrance.Family);
        await Text(fragrance.FamilyOfAccords);
        await Text(fragrance.PriceRange);
        await Value(fragrance.Rating, NpgsqlDbType.Real);
        await Value(fragrance.Votes, NpgsqlDbType.Integer);
        await Value(fragrance.Popularity, NpgsqlDbType.Real);
        await List(fragrance.TopNotes);
        await List(fragrance.MiddleNotes);
        await List(fragrance.BaseNotes);
        await List(fragrance.Accords);
        await List(fragrance.Perfumers);
        await Text(fragrance.Longevity);
        await Text(fragrance.Sillage);
        await List(fragrance.Seasons);
        await Text(fragrance.ImageUrl);
        await Text(fragrance.BottleImageUrl);
        await Value(fragrance.IsDiscontinued, NpgsqlDbType.Boolean);

        Task Text(string text) => _copy.WriteAsync(text, NpgsqlDbType.Text, stop);
        Task List(string[] list) => _copy.WriteAsync(list, NpgsqlDbType.Array | NpgsqlDbType.Text, stop);
        Task Value<T>(T? value, NpgsqlDbType type) where T : struct =>
            value is { } known ? _copy.WriteAsync(known, type, stop) : _copy.WriteNullAsync(stop);
    }

    public async Task Complete(CancellationToken stop) => await _copy.CompleteAsync(stop);

    public ValueTask DisposeAsync() => _copy.DisposeAsync();
}
