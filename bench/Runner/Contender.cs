using System.Net.Http.Headers;

namespace Colonnade.Bench;

/// <summary>One of the two that are compared: a server, and what is asked of it in turn.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Paths">Paths with their queries. Those of Colonnade and of the control at one place answer the same question.</param>
/// <param name="Token">Sent as bearer token; the control wants none.</param>
internal sealed record Contender(Uri Address, IReadOnlyList<string> Paths, string? Token = null)
{
    /// <summary>A cookie to send, as <c>name=value</c>.</summary>
    public string? Cookie { get; init; }

    /// <summary>JSON to POST; without it the paths are got.</summary>
    public string? Json { get; init; }

    /// <summary>What is sent with every request.</summary>
    public IEnumerable<(string Name, string Value)> Headers
    {
        get
        {
            if (Token is not null) yield return ("Authorization", "Bearer " + Token);
            if (Cookie is not null) yield return ("Cookie", Cookie);
        }
    }

    /// <summary>The body of one answer.</summary>
    /// <exception cref="BenchException">The answer is no 2xx.</exception>
    public async Task<byte[]> Ask(HttpClient http, string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(Json is null ? HttpMethod.Get : HttpMethod.Post, new Uri(Address, path));
        foreach (var (name, value) in Headers) request.Headers.Add(name, value);
        if (Json is not null) request.Content = new StringContent(Json, new MediaTypeHeaderValue("application/json"));
        using var answer = await http.SendAsync(request, stop);
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        return answer.IsSuccessStatusCode
            ? body
            : throw new BenchException($"{request.RequestUri} answers {(int)answer.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
    }
}
