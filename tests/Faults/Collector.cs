using System.Globalization;
using System.Text.Json;
using Shouldly;

namespace Colonnade.Faults;

/// <summary>
/// Somebody who reads, collects, wears and parts with fragrances, one call after the other, and keeps account of what was
/// acknowledged. Afterwards <see cref="ShouldFindEverything"/> holds the product to it.
/// </summary>
internal sealed class Collector
{
    private static readonly string[] Searches = ["sauvage", "savage diro", "rose", "vanilla oud", "n5", "terre"];

    private readonly string _name;
    private readonly string _token;
    private readonly IReadOnlyList<int> _catalogue;
    private readonly Wire _wire;
    private readonly History _history;
    private readonly Random _random;
    private readonly Dictionary<int, Entry> _entries = [];
    private int _next;
    private int _calls;

    private Collector(string name, string token, IReadOnlyList<int> catalogue, Wire wire, History history, Random random) =>
        (_name, _token, _catalogue, _wire, _history, _random) = (name, token, catalogue, wire, history, random);

    /// <summary>Whether it is known of something that it is there, or that it is not.</summary>
    private enum Known
    {
        Nothing,
        There,
        Gone,
    }

    /// <summary>Registers somebody and reads which fragrances there are.</summary>
    public static async Task<Collector> SignUp(string root, string name, Wire wire, History history, Random random)
    {
        var email = $"{name}@example.com";
        (await wire.Send("POST", root + "/api/auth/register", null, $$"""{"email":"{{email}}","password":"correct-horse-5","fullName":"{{name}}"}""")).Status.ShouldBe(201);
        var login = await wire.Send("POST", root + "/api/auth/login", null, $$"""{"email":"{{email}}","password":"correct-horse-5"}""");
        login.Status.ShouldBe(200, login.Text);
        var token = JsonDocument.Parse(login.Text).RootElement.GetProperty("accessToken").GetString()!;
        var catalogue = new List<int>();
        for (var offset = 0; offset < 300; offset += 100)
        {
            var page = await wire.Send("GET", root + $"/api/fragrances?limit=100&sortBy=name&offset={offset}", token);
            page.Status.ShouldBe(200, page.Text);
            catalogue.AddRange(JsonDocument.Parse(page.Text).RootElement.GetProperty("fragrances").EnumerateArray().Select(fragrance => fragrance.GetProperty("id").GetInt32()));
        }

        catalogue.Count.ShouldBe(300);
        return new Collector(name, token, catalogue, wire, history, random);
    }

    /// <summary>Calls until told to stop; asks <paramref name="root"/> where to before each call.</summary>
    public async Task Live(Func<string> root, TimeSpan pace, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            await Act(root());
            await Task.Delay(pace * (0.5 + _random.NextDouble()), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Repeats what has no known end and can be repeated, so that afterwards all of that is known to have happened once.</summary>
    public async Task Settle(string root)
    {
        foreach (var entry in _entries.Values)
        {
            await Lab.Until($"{_name} gets an answer for {entry.Fragrance}", TimeSpan.FromSeconds(20), async () =>
            {
                if (entry is { State: Known.Nothing, Key: not null })
                    await Add(root, entry);
                foreach (var wear in entry.UnknownWears.ToArray())
                    await Wear(root, entry, wear);
                return entry.UnknownWears.Count == 0 && !(entry is { State: Known.Nothing, Key: not null });
            });
        }
    }

    /// <summary>Reads the collection and asserts: nothing acknowledged is lost, changed, doubled or back again, and nothing else has come.</summary>
    /// <returns>How many entries had to be there.</returns>
    public async Task<int> ShouldFindEverything(string root)
    {
        var found = new Dictionary<int, (string Notes, int Worn)>();
        for (var offset = 0; ; offset += 100)
        {
            var page = await _wire.Send("GET", root + $"/api/user/collection?limit=100&offset={offset}", _token);
            page.Status.ShouldBe(200, page.Text);
            var json = JsonDocument.Parse(page.Text).RootElement;
            foreach (var item in json.GetProperty("collection").EnumerateArray())
                found.TryAdd(item.GetProperty("fragrance").GetProperty("id").GetInt32(), (item.GetProperty("personalNotes").GetString()!, item.GetProperty("timesWorn").GetInt32())).ShouldBeTrue("twice in the list");
            if (!json.GetProperty("pagination").GetProperty("hasMore").GetBoolean())
                break;
        }

        foreach (var entry in _entries.Values)
        {
            var isFound = found.Remove(entry.Fragrance, out var item);
            var who = $"{_name}'s {entry.Fragrance}, added with {entry.Key ?? "no key"}";
            if (entry.State == Known.There)
                isFound.ShouldBeTrue($"{who} is lost");
            if (entry.State == Known.Gone)
                isFound.ShouldBeFalse($"{who} is back");
            if (!isFound)
                continue;
            item.Notes.ShouldBe(entry.Notes, who);
            item.Worn.ShouldBe(entry.Worn, $"{who} was not worn once for each acknowledged wear");
        }

        found.Keys.ShouldBeEmpty($"{_name} never added these");
        return _entries.Values.Count(entry => entry.State == Known.There);
    }

    private async Task Act(string root)
    {
        _calls++;
        switch (_random.Next(10))
        {
            case 0 or 1:
                await Send(root, "GET", "/api/fragrances?search=" + Uri.EscapeDataString(Searches[_random.Next(Searches.Length)]));
                break;
            case 2:
                await Send(root, "GET", "/api/user/profile");
                break;
            case 3:
                await Send(root, "GET", "/api/user/collection?limit=100");
                break;
            case 4 when Pick() is { } worn:
                await Wear(root, worn, $"{_name}-wear-{_calls}");
                break;
            case 5 when Pick() is { Worn: 0, UnknownWears.Count: 0 } unloved:
                await Remove(root, unloved);
                break;
            default:
                if (_next < _catalogue.Count)
                    await Add(root, New());
                break;
        }
    }

    private Entry? Pick() => _entries.Values.Where(entry => entry.State == Known.There && entry.Item != 0).OrderBy(_ => _random.Next()).FirstOrDefault();

    private Entry New()
    {
        var fragrance = _catalogue[_next++];
        // Every other one can be repeated without fear; of the rest it may stay unknown what became of them.
        var key = fragrance % 2 == 0 ? $"{_name}-{fragrance}" : null;
        return _entries[fragrance] = new Entry(fragrance, string.Create(CultureInfo.InvariantCulture, $"{_name} added {fragrance} as number {_next}"), key);
    }

    private async Task Add(string root, Entry entry)
    {
        var reply = await Send(root, "POST", "/api/user/collection", $$"""{"fragranceId":{{entry.Fragrance}},"personalNotes":"{{entry.Notes}}"}""", entry.Key);
        if (reply.Outcome == Outcome.Ok)
        {
            entry.State = Known.There;
            entry.Item = JsonDocument.Parse(reply.Text).RootElement.GetProperty("collectionItem").GetProperty("id").GetInt32();
        }
        else if (reply.Outcome == Outcome.Failed)
        {
            // Somebody with a key may ask again while the first call is still running; nothing else is refused.
            reply.Status.ShouldBe(409, $"{_name} adds {entry.Fragrance}: {reply}");
        }
    }

    private async Task Wear(string root, Entry entry, string key)
    {
        entry.UnknownWears.Add(key);
        var reply = await Send(root, "POST", $"/api/user/collection/{entry.Item}/wears", $$"""{"date":"2026-01-15","occasion":"{{key}}"}""", key);
        if (reply.Outcome == Outcome.Ok)
        {
            entry.UnknownWears.Remove(key);
            entry.Worn++;
        }
        else if (reply.Outcome == Outcome.Failed)
        {
            reply.Status.ShouldBe(409, $"{_name} wears {entry.Fragrance}: {reply}");
        }
    }

    private async Task Remove(string root, Entry entry)
    {
        entry.State = Known.Nothing;
        entry.Key = null;
        var reply = await Send(root, "DELETE", $"/api/user/collection/{entry.Item}");
        if (reply.Outcome == Outcome.Ok)
            entry.State = Known.Gone;
        reply.Outcome.ShouldNotBe(Outcome.Failed, $"{_name} removes {entry.Fragrance}: {reply}");
    }

    private Task<Reply> Send(string root, string method, string path, string? json = null, string? key = null) =>
        _history.Record(_name, $"{method} {path.Split('?')[0]}", () => _wire.Send(method, root + path, _token, json, key));

    /// <summary>A fragrance that this person tried to collect.</summary>
    private sealed class Entry(int fragrance, string notes, string? key)
    {
        public int Fragrance { get; } = fragrance;

        public string Notes { get; } = notes;

        public string? Key { get; set; } = key;

        public Known State { get; set; }

        public int Item { get; set; }

        public int Worn { get; set; }

        public HashSet<string> UnknownWears { get; } = new(StringComparer.Ordinal);
    }
}
