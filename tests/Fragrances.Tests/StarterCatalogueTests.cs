using System.Globalization;
using System.Reflection;
using System.Text;
using CsvHelper;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class StarterCatalogueTests
{
    private const string BrandsFile = "starter-brands.csv";
    private const string FragrancesFile = "starter-fragrances.csv";

    private static readonly string[] s_brandColumns = ["name", "country", "foundedYear", "description"];

    private static readonly string[] s_fragranceColumns =
    [
        "name", "brand", "gender", "year", "concentration", "family", "priceRange", "popularity",
        "topNotes", "middleNotes", "baseNotes", "accords", "perfumers", "description",
    ];

    private static readonly string[] s_listColumns = ["topNotes", "middleNotes", "baseNotes", "accords", "perfumers"];

    private static readonly string[] s_genders = ["Masculine", "Feminine", "Unisex"];

    private static readonly string[] s_priceRanges = ["Budget", "Mid-range", "Luxury", "Niche"];

    private static readonly string[] s_concentrations =
    [
        "Eau de Cologne", "Eau Fraîche", "Eau de Toilette", "Eau de Parfum", "Parfum", "Extrait de Parfum", "Perfume Oil",
    ];

    private static readonly string[] s_families =
    [
        "Amber", "Aquatic", "Aromatic", "Chypre", "Citrus", "Floral", "Fougère", "Fresh",
        "Fruity", "Gourmand", "Green", "Leather", "Musk", "Powdery", "Spicy", "Woody",
    ];

    private static readonly Table s_brands = Table.Read(BrandsFile);

    private static readonly Table s_fragrances = Table.Read(FragrancesFile);

    [Fact]
    public void It_holds_five_hundred_fragrances_of_eighty_brands()
    {
        s_fragrances.Rows.Count.ShouldBeGreaterThanOrEqualTo(500);
        s_fragrances.Column("brand").Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThanOrEqualTo(80);
    }

    [Theory]
    [InlineData(BrandsFile)]
    [InlineData(FragrancesFile)]
    public void Files_are_plain_UTF8_with_line_feeds(string file)
    {
        var text = Table.Text(file);

        text.ShouldNotBeEmpty();
        text.ShouldNotContain('\r');
        text.ShouldNotContain('\uFFFD');
        text.ShouldNotContain('\uFEFF');
        text.IsNormalized(NormalizationForm.FormC).ShouldBeTrue();
        text.ShouldEndWith("\n");
    }

    [Fact]
    public void Headers_are_the_agreed_ones_and_every_row_has_as_many_cells()
    {
        s_brands.Header.ShouldBe(s_brandColumns);
        s_fragrances.Header.ShouldBe(s_fragranceColumns);

        Offenders(s_brands, row => row.Cells.Length == s_brandColumns.Length).ShouldBeEmpty();
        Offenders(s_fragrances, row => row.Cells.Length == s_fragranceColumns.Length).ShouldBeEmpty();
    }

    [Fact]
    public void No_cell_begins_or_ends_with_a_blank()
    {
        Offenders(s_brands, row => row.Cells.All(IsTrimmed)).ShouldBeEmpty();
        Offenders(s_fragrances, row => row.Cells.All(IsTrimmed)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_brand_is_fully_described_once()
    {
        Offenders(s_brands, row => row.Cells.All(cell => cell.Length > 0)).ShouldBeEmpty();
        Offenders(s_brands, row => YearOf(row["foundedYear"]) is >= 1200 and <= 2025).ShouldBeEmpty();
        Repeated(s_brands.Column("name")).ShouldBeEmpty();
    }

    [Fact]
    public void Every_fragrance_names_a_listed_brand_and_every_listed_brand_has_one()
    {
        var listed = s_brands.Column("name").ToHashSet(StringComparer.Ordinal);
        var used = s_fragrances.Column("brand").ToHashSet(StringComparer.Ordinal);

        listed.ShouldNotBeEmpty();
        used.Except(listed, StringComparer.Ordinal).ShouldBeEmpty();
        listed.Except(used, StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public void Every_fragrance_has_a_name_and_one_sentence_of_description()
    {
        Offenders(s_fragrances, row => row["name"].Length > 0).ShouldBeEmpty();
        Offenders(s_fragrances, row => row["description"].Length is > 10 and <= 300).ShouldBeEmpty();
        Offenders(s_fragrances, row => row["description"].EndsWith('.')).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("gender")]
    [InlineData("concentration")]
    [InlineData("family")]
    [InlineData("priceRange")]
    public void Facets_keep_to_their_closed_sets(string column)
    {
        var allowed = column switch
        {
            "gender" => s_genders,
            "concentration" => s_concentrations,
            "family" => s_families,
            _ => s_priceRanges,
        };

        Offenders(s_fragrances, row => allowed.Contains(row[column], StringComparer.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void A_launch_year_is_plausible_and_not_before_its_brand()
    {
        var founded = s_brands.Rows.ToDictionary(row => row["name"], row => YearOf(row["foundedYear"]), StringComparer.Ordinal);
        var dated = s_fragrances.Where(row => row["year"].Length > 0);

        dated.Rows.Count.ShouldBeGreaterThanOrEqualTo(500);
        Offenders(dated, row => YearOf(row["year"]) is >= 1700 and <= 2025).ShouldBeEmpty();
        Offenders(dated, row => YearOf(row["year"]) >= founded[row["brand"]]).ShouldBeEmpty();
    }

    [Fact]
    public void Popularity_is_a_whole_number_from_0_to_100_and_spreads_widely()
    {
        Offenders(s_fragrances, row => Popularity(row) is >= 0 and <= 100).ShouldBeEmpty();

        var ordered = s_fragrances.Rows.Select(Popularity).Order().ToList();
        ordered[0].ShouldBeLessThanOrEqualTo(20);
        ordered[^1].ShouldBeGreaterThanOrEqualTo(95);
        ordered.Distinct().Count().ShouldBeGreaterThan(40);
    }

    [Fact]
    public void Brand_name_and_concentration_identify_a_fragrance()
    {
        s_fragrances.Rows.ShouldNotBeEmpty();

        Repeated(s_fragrances.Rows.Select(row => $"{row["brand"]} | {row["name"]} | {row["concentration"]}")).ShouldBeEmpty();
    }

    [Fact]
    public void Lists_have_no_empty_or_repeated_entries()
    {
        foreach (var column in s_listColumns)
        {
            Offenders(
                s_fragrances,
                row => ListOf(row[column]) is var entries
                    && entries.All(entry => entry.Length > 0 && IsTrimmed(entry))
                    && Repeated(entries).Count == 0).ShouldBeEmpty(column);
        }
    }

    [Fact]
    public void Every_fragrance_has_notes_and_two_to_six_lower_case_accords()
    {
        Offenders(s_fragrances, row => row["topNotes"].Length + row["middleNotes"].Length + row["baseNotes"].Length > 0)
            .ShouldBeEmpty();
        Offenders(s_fragrances, row => ListOf(row["accords"]).Length is >= 2 and <= 6).ShouldBeEmpty();
        Offenders(s_fragrances, row => !row["accords"].Any(char.IsUpper)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Dior", "Sauvage", "Eau de Toilette", "2015")]
    [InlineData("Dior", "Sauvage", "Eau de Parfum", "2018")]
    [InlineData("Dior", "Sauvage Elixir", "Parfum", "2021")]
    [InlineData("Giorgio Armani", "Acqua di Giò", "Eau de Toilette", "1996")]
    [InlineData("Giorgio Armani", "Acqua di Giò Profumo", "Eau de Parfum", "2015")]
    [InlineData("Giorgio Armani", "Acqua di Giò Profondo", "Eau de Parfum", "2020")]
    [InlineData("Issey Miyake", "L'Eau d'Issey", "Eau de Toilette", "1992")]
    [InlineData("Hermès", "Terre d'Hermès", "Eau de Toilette", "2006")]
    [InlineData("Creed", "Aventus", "Eau de Parfum", "2010")]
    [InlineData("Maison Francis Kurkdjian", "Baccarat Rouge 540", "Eau de Parfum", "2015")]
    [InlineData("Maison Francis Kurkdjian", "Baccarat Rouge 540", "Extrait de Parfum", "2017")]
    public void Editions_that_people_tell_apart_are_told_apart(string brand, string name, string concentration, string year)
    {
        s_fragrances.Rows.ShouldNotBeEmpty();

        s_fragrances.Rows
            .Where(row => row["brand"] == brand && row["name"] == name && row["concentration"] == concentration)
            .ShouldHaveSingleItem()["year"].ShouldBe(year);
    }

    private static List<string> Offenders(Table table, Func<Row, bool> holds)
    {
        table.Rows.ShouldNotBeEmpty();
        return [.. table.Rows.Where(row => !holds(row)).Select(row => row.ToString())];
    }

    private static List<string> Repeated(IEnumerable<string> values) =>
        [.. values.GroupBy(value => value, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key)];

    private static string[] ListOf(string cell) => cell.Length == 0 ? [] : cell.Split(", ");

    private static bool IsTrimmed(string cell) => cell == cell.Trim();

    private static int? YearOf(string cell) =>
        int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var year) ? year : null;

    private static int Popularity(Row row) =>
        int.TryParse(row["popularity"], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1;

    private sealed record Row(long Line, string[] Header, string[] Cells)
    {
        public string this[string column] => Cells[Array.IndexOf(Header, column)];

        public override string ToString() => $"line {Line.ToString(CultureInfo.InvariantCulture)}: {string.Join(';', Cells)}";
    }

    private sealed record Table(string[] Header, IReadOnlyList<Row> Rows)
    {
        public static Table Read(string file)
        {
            using var reader = CsvReader.FromText(
                Text(file),
                new CsvReaderOptions { Separator = ';', HasHeader = false, TrackLineNumbers = true });

            reader.Read().ShouldBeTrue();
            var header = CellsOf(reader);
            var rows = new List<Row>();
            while (reader.Read())
                rows.Add(new Row(reader.LineNumber, header, CellsOf(reader)));

            return new Table(header, rows);
        }

        private static string[] CellsOf(CsvReader reader) =>
            [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];

        public static string Text(string file)
        {
            using var stream = Assembly.Load("Colonnade.Fragrances")
                .GetManifestResourceStream($"Colonnade.Fragrances.Catalogue.{file}")
                .ShouldNotBeNull();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes.ToArray());
        }

        public IEnumerable<string> Column(string name) => Rows.Select(row => row[name]);

        public Table Where(Func<Row, bool> holds) => this with { Rows = [.. Rows.Where(holds)] };
    }
}
