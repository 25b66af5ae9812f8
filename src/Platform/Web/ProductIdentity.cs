using System.Reflection;

namespace Colonnade.Platform.Web;

/// <summary>
/// Which product this application is: everything that must differ between products under one roof.
/// </summary>
/// <param name="Name">As in URLs of settings and on the start-up line: <c>Fragrances</c>.</param>
/// <param name="Port">The documented port, used when <c>&lt;Product&gt;__Urls</c> is not set.</param>
/// <param name="Assembly">Holds the product's embedded migrations.</param>
public sealed record ProductIdentity(string Name, int Port, Assembly Assembly)
{
    /// <summary>Name of its PostgreSQL schema, audience of its tokens, scope of its keys: lower case.</summary>
    public string Schema { get; } = Name.ToLowerInvariant();
}
