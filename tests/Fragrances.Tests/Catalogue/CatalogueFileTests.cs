using System.Text;
using Colonnade.Fragrances.Catalogue;
using Shouldly;
using Xunit;

namespace Colonnade.Fragrances.Tests.Catalogue;

public sealed class CatalogueFileTests
{
    [Fact]
    public async Task A_json_array_gives_its_rows_with_the_lines_they_begin_on()
    {
        await using var file = Files.Of(
            """
            [
              {
                "name": "Quai de Brume",
                "brand": "Maison Test"
              },
              { "name": "Sel Gris", "brand": "Maison Test" }, {"name": "Third", "brand": "Other"}
            ]
            """);
        file.Format.ShouldBe("JSON array");
        var rows = await Files.Rows(file);
        rows.Select(row => (row.Number, row.Line, row.Fragrance!.Name)).ShouldBe([(1, 2, "Quai de Brume"), (2, 6, "Sel Gris"), (3, 6, "Third")]);
    }

    [Fact]
    public async Task Json_lines_are_read_line_by_line_and_blank_lines_skipped()
    {
        await using var file = Files.Of("{\"name\":\"One\",\"brand\":\"A\"}\n\n{\"name\":\"Two\",\"brand\":\"B\"}\r\n");
        file.Format.ShouldBe("JSON lines");
        (await Files.Rows(file)).Select(row => (row.Line, row.Fragrance!.Name)).ShouldBe([(1, "One"), (3, "Two")]);
    }

    [Theory]
    [InlineData(",", "CSV separated by commas")]
    [InlineData(";", "CSV separated by semicolons")]
    [InlineData("\t", "CSV separated by tabs")]
    [InlineData("|", "CSV separated by '|'")]
    public async Task The_delimiter_of_a_csv_file_is_recognised(string delimiter, string format)
    {
        await using var file = Files.Of($"Name;Brand;Year\nOne;\"A, b; c | d\";1999\n".Replace(";", delimiter, StringComparison.Ordinal));
        file.Format.ShouldBe(format);
        var row = (await Files.Rows(file)).ShouldHaveSingleItem();
        row.Fragrance!.LaunchYear.ShouldBe(1999);
    }

    [Fact]
    public async Task A_separator_line_of_a_spreadsheet_is_believed()
    {
        var rows = await Files.Rows("sep=;\r\nName;Brand\r\nOne;A, b\r\n");
        var row = rows.ShouldHaveSingleItem();
        row.Line.ShouldBe(3);
        row.Fragrance!.Brand.ShouldBe("A, b");
    }

    [Fact]
    public async Task Quoted_cells_may_hold_line_breaks_quotes_and_delimiters()
    {
        var rows = await Files.Rows("name,brand,description\n\"He said \"\"go\"\"\",A,\"first\nsecond, third\"\nTwo,B,plain\n");
        rows[0].Fragrance!.Name.ShouldBe("He said \"go\"");
        rows[0].Fragrance!.Description.ShouldBe("first\nsecond, third");
        rows[1].Line.ShouldBe(4);
    }

    public static TheoryData<string> Encodings => ["utf-8", "utf-8 with mark", "utf-16", "utf-16 without mark", "utf-16BE", "iso-8859-1"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Encodings_are_recognised(string name)
    {
        Encoding encoding = name switch
        {
            "utf-8" => new UTF8Encoding(false),
            "utf-8 with mark" => new UTF8Encoding(true),
            "utf-16" => Encoding.Unicode,
            "utf-16 without mark" => new UnicodeEncoding(false, false),
            "utf-16BE" => Encoding.BigEndianUnicode,
            _ => Encoding.Latin1,
        };
        foreach (var text in new[] { "Name;Brand\nÉté d'Hermès;Maison Lumière\n", "[{\"name\":\"Été d'Hermès\",\"brand\":\"Maison Lumière\"}]", "{\"name\":\"Été d'Hermès\",\"brand\":\"Maison Lumière\"}\n" })
        {
            var rows = await Files.Rows(Files.Of([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]));
            var fragrance = rows.ShouldHaveSingleItem().Fragrance.ShouldNotBeNull();
            fragrance.Name.ShouldBe("Été d'Hermès");
            fragrance.Brand.ShouldBe("Maison Lumière");
        }
    }

    [Fact]
    public async Task A_file_glued_together_from_two_encodings_is_read_in_both()
    {
        byte[] bytes = [.. "Name,Brand\n"u8, .. "Thé,A\n"u8, .. Encoding.Latin1.GetBytes("Forêt,B\n"), .. "It"u8, 0x92, .. "s,C\n"u8];
        (await Files.Rows(Files.Of(bytes))).Select(row => row.Fragrance!.Name).ShouldBe(["Thé", "Forêt", "It’s"]);
    }

    [Fact]
    public async Task Columns_are_known_by_many_names_and_numbered_columns_are_lists()
    {
        var fragrance = await Files.Only(
            """
            Perfume;Brand;Country;Gender;Rating Value;Rating Count;Year;Top;Middle;Base;Perfumer1;Perfumer2;mainaccord1;mainaccord2
            Nuit Blanche;Atelier;France;women;4,12;1.234;2019;bergamot, pink pepper;rose;musk;ana lund;unknown;woody;Fresh Spicy
            """);
        fragrance.Country.ShouldBe("France");
        fragrance.Gender.ShouldBe("Feminine");
        fragrance.Rating.ShouldBe(4.12f);
        fragrance.Votes.ShouldBe(1234);
        fragrance.LaunchYear.ShouldBe(2019);
        fragrance.TopNotes.ShouldBe(["Bergamot", "Pink Pepper"]);
        fragrance.MiddleNotes.ShouldBe(["Rose"]);
        fragrance.BaseNotes.ShouldBe(["Musk"]);
        fragrance.Perfumers.ShouldBe(["Ana Lund"]);
        fragrance.Accords.ShouldBe(["woody", "fresh spicy"]);
    }

    [Fact]
    public async Task Nested_objects_and_lists_of_objects_are_understood()
    {
        var fragrance = await Files.Only(
            """
            [{"name": "Onde", "brand": {"name": "Rivage", "country": "Portugal"}, "notes": {"top": ["Sea Salt"], "heart": ["Fig"], "base": []},
              "accords": [{"name": "salty", "strength": 90}, {"name": "green", "strength": 40}], "image_url": "https://example.org/onde.jpg", "isDiscontinued": true}]
            """);
        fragrance.Brand.ShouldBe("Rivage");
        fragrance.Country.ShouldBe("Portugal");
        fragrance.TopNotes.ShouldBe(["Sea Salt"]);
        fragrance.MiddleNotes.ShouldBe(["Fig"]);
        fragrance.Accords.ShouldBe(["salty", "green"]);
        fragrance.ImageUrl.ShouldBe("https://example.org/onde.jpg");
        fragrance.IsDiscontinued.ShouldBe(true);
    }

    [Fact]
    public async Task A_column_map_names_columns_that_are_not_known()
    {
        var text = "Artikel;Title;Lieferant;name\n1;Sel Gris;Maison Test;ignored\n";
        await Should.ThrowAsync<CatalogueFileException>(Files.Rows(text));
        var row = (await Files.Rows(Files.Of(text, map: "name=Title, brand=lieferant"))).ShouldHaveSingleItem();
        row.Fragrance!.Name.ShouldBe("Sel Gris");
        row.Fragrance.Brand.ShouldBe("Maison Test");
    }

    [Theory]
    [InlineData("name")]
    [InlineData("=x")]
    [InlineData("title=Name")]
    [InlineData("3=Name")]
    [InlineData("name=T,brand=t")]
    public void A_column_map_that_makes_no_sense_is_refused(string map) => Should.Throw<FormatException>(() => ColumnMap.Parse(map));

    [Fact]
    public async Task A_malformed_element_does_not_hide_the_ones_behind_it()
    {
        var rows = await Files.Rows(
            """
            [
              { "name": "One", "brand": "A" },
              { "name": "Two", "brand": B },
              { "name": "Three", "brand": "A", "notes": { "top": ["x" } },
              { "name": "Four", "brand": "A" },
              { "name": "Five, "brand": "A" },
              { "name": "Six", "brand": "A" },
              { "name": "Seven", "brand": "A",
              { "name": "Eight", "brand": "A" },
              17,
              { "name": "Nine", "brand": "A" }
            ]
            """);
        rows.Where(row => row.Fragrance is not null).Select(row => (row.Line, row.Fragrance!.Name))
            .ShouldBe([(2, "One"), (5, "Four"), (7, "Six"), (9, "Eight"), (11, "Nine")]);
        rows.Where(row => row.Rejection is not null).Select(row => row.Line).ShouldBe([3, 4, 6, 8, 10]);
    }

    [Fact]
    public async Task An_array_that_breaks_off_gives_what_is_whole()
    {
        var rows = await Files.Rows("[{\"name\":\"One\",\"brand\":\"A\"},\n{\"name\":\"Two\",\"bra");
        rows[0].Fragrance!.Name.ShouldBe("One");
        rows[1].Line.ShouldBe(2);
        rows[1].Rejection.ShouldBe("the file ends before this row does");
        rows.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_malformed_line_does_not_hide_the_ones_behind_it()
    {
        var rows = await Files.Rows("{\"name\":\"One\",\"brand\":\"A\"}\n{\"name\":\"Two\",\n{\"name\":\"Three\",\"brand\":\"A\"}\n[]\n");
        rows.Select(row => (row.Line, row.Fragrance?.Name)).ShouldBe([(1, "One"), (2, null), (3, "Three"), (4, null)]);
        rows[1].Excerpt.ShouldBe("{\"name\":\"Two\",");
    }

    [Fact]
    public async Task Rows_with_too_few_or_too_many_cells_are_refused()
    {
        var rows = await Files.Rows("Name,Brand,Year\nOne,A,2000\nTwo,B\nThree,C,2000,more\nFour,D,2000,,\n\nFive,E,2000\n");
        rows.Select(row => (row.Line, row.Fragrance?.Name)).ShouldBe([(2, "One"), (3, null), (4, null), (5, "Four"), (7, "Five")]);
        rows[1].Rejection.ShouldBe("2 cells where the header has 3");
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_does_not_swallow_the_rest()
    {
        var rows = await Files.Rows("Name;Brand;Year\nOne;A;2000\n\"Two;B;2000\nThree;C;2000\nFour;\"D\";2000\nFive;E;2000\n\"Six;F;2000\nSeven;G;2000");
        rows.Select(row => (row.Line, row.Fragrance?.Name))
            .ShouldBe([(2, "One"), (3, null), (4, "Three"), (5, "Four"), (6, "Five"), (7, null), (8, "Seven")]);
        rows.Select(row => row.Number).ShouldBe([1, 2, 3, 4, 5, 6, 7]);
    }

    [Fact]
    public async Task A_stray_quote_is_noticed_also_where_the_number_of_cells_is_right()
    {
        var rows = await Files.Rows("Name;Brand\n12\" Bottle;A\n\"Two\" halves;B\nThree;\"C\nFour;\"D\"\nFive;E\nSix;\"F\nSeven;G\n");
        rows.Select(row => (row.Line, row.Fragrance?.Name))
            .ShouldBe([(2, "12\" Bottle"), (3, "Two halves"), (4, null), (5, "Four"), (6, "Five"), (7, null), (8, "Seven")]);
        rows[2].Rejection.ShouldBe("a quote is opened here and not closed where a cell ends");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n")]
    [InlineData("[]")]
    [InlineData("Name;Brand\n")]
    [InlineData("no;columns\nknown;here\n")]
    public async Task A_file_without_rows_or_without_names_says_so(string text) =>
        (await Should.ThrowAsync<CatalogueFileException>(Files.Rows(text))).Message.ShouldNotBeEmpty();

    [Fact]
    public async Task A_large_file_is_streamed()
    {
        await using var file = CatalogueFile.Open(new EndlessArray(20_000), Files.Clock);
        var (rows, ahead) = (0, 0L);
        await foreach (var row in file.Read(TestContext.Current.CancellationToken))
        {
            row.Fragrance.ShouldNotBeNull(row.Rejection);
            rows++;
            ahead = Math.Max(ahead, file.Position - (rows * EndlessArray.ElementLength));
        }
        rows.ShouldBe(20_000);
        file.Position.ShouldBeGreaterThan(4_000_000);
        ahead.ShouldBeLessThan(400_000);
    }

    /// <summary>A JSON array of many elements that exists only while it is read.</summary>
    private sealed class EndlessArray(int elements) : Stream
    {
        private static readonly byte[] Element = Encoding.UTF8.GetBytes($$"""{"name":"Echo","brand":"House","description":"{{new string('x', 200)}}"},{{"\n"}}""");
        private long _position;

        public static long ElementLength => Element.Length;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => 1 + ((long)elements * Element.Length);

        public override long Position
        {
            get => _position;
            set => _position = value;
        }

        public override int Read(Span<byte> buffer)
        {
            var read = 0;
            while (read < buffer.Length && _position < Length)
            {
                buffer[read++] = _position == 0 ? (byte)'[' : Element[(_position - 1) % Element.Length];
                _position++;
            }
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

        public override void Flush()
        {
            // Nothing is written.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
