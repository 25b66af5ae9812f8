using Microsoft.Extensions.Configuration;

namespace Colonnade.Platform.Web;

/// <summary>
/// Where the product is reached from outside, without a trailing slash: <c>&lt;Product&gt;__PublicUrl</c>, else the
/// first of its listeners. Links in mails and cookies' origin use it; a <c>Host</c> header never decides.
/// </summary>
public sealed class PublicUrl(IConfiguration configuration)
{
    public string Root { get; } = (string.IsNullOrEmpty(configuration["PublicUrl"])
        ? configuration["Urls"]!.Split(';')[0].Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
        : configuration["PublicUrl"]!).TrimEnd('/');

    /// <summary>An absolute URL below the root; <paramref name="path"/> begins with a slash.</summary>
    public string Of(string path) => Root + path;
}
