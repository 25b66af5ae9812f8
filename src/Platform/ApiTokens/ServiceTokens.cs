using System.Globalization;
using Colonnade.Platform.Tokens;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Platform.ApiTokens;

/// <summary>
/// The tokens of <c>&lt;Product&gt;:ServiceTokens:N</c>, with the scope <c>*</c>: two at a time let one replace the other.
/// Whoever has any of them is the same caller. Only their hashes are kept here.
/// </summary>
/// <remarks>In Development, when none is configured, the documents' own placeholder is the token.</remarks>
internal sealed class ServiceTokens
{
    private const string Placeholder = "your_secret_bearer_token_here";
    private const int Shortest = 32;

    /// <summary>A UUID of our own making (version 8), so that it is no account's, no token's and no address's.</summary>
    private static readonly Guid CallerId = new("00000000-0000-8000-8000-000000000001");

    private readonly Caller _caller = Caller.Service(CallerId, [Caller.EveryScope]);
    private readonly TokenDigest[] _digests;

    /// <exception cref="InvalidOperationException">Outside Development there is none, or one is a placeholder or too short.</exception>
    public ServiceTokens(ProductIdentity product, IConfiguration configuration, IWebHostEnvironment environment)
    {
        var configured = configuration.GetSection("ServiceTokens").GetChildren().Where(setting => !string.IsNullOrEmpty(setting.Value)).ToArray();
        foreach (var setting in configured)
            Check($"{product.Name}__ServiceTokens__{setting.Key}", setting.Value!, environment.IsDevelopment());
        if (configured.Length == 0 && !environment.IsDevelopment())
            throw new InvalidOperationException($"Set {product.Name}__ServiceTokens__0 to a token of at least {Digits(Shortest)} random characters (openssl rand -hex 32).");
        _digests = configured.Length == 0 ? [TokenDigest.Of(Placeholder)] : Array.ConvertAll(configured, setting => TokenDigest.Of(setting.Value!));
    }

    /// <summary>The caller, if <paramref name="digest"/> is that of a configured token; in a time that says nothing of how near it came.</summary>
    public Caller? Find(in TokenDigest digest)
    {
        var isKnown = false;
        foreach (var own in _digests)
            isKnown |= own.FixedTimeEquals(digest);
        return isKnown ? _caller : null;
    }

    private static void Check(string setting, string token, bool isDevelopment)
    {
        if (token.Length > AccessToken.Longest || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new InvalidOperationException($"{setting} cannot be sent in a header: a token has visible ASCII characters, no spaces, and at most {Digits(AccessToken.Longest)} of them.");
        if (isDevelopment)
            return;
        if (token == Placeholder)
            throw new InvalidOperationException($"{setting} is the placeholder of the documentation; set it to at least {Digits(Shortest)} random characters (openssl rand -hex 32).");
        if (token.Length < Shortest)
            throw new InvalidOperationException($"{setting} is too short: a service token has at least {Digits(Shortest)} random characters (openssl rand -hex 32).");
    }

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);
}
