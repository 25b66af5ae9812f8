using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Web;

/// <summary>What an <c>Authorization</c> header looks like, before anybody asks whether its token is good.</summary>
public enum AuthorizationHeader
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>Not a scheme, a space and a token; or given twice.</summary>
    Malformed,

    /// <summary>Another scheme than <c>Bearer</c>.</summary>
    OtherScheme,

    /// <summary><c>Bearer</c> and a token.</summary>
    Bearer,
}

/// <summary>Reads the form of an <c>Authorization</c> header.</summary>
public static class AuthorizationForm
{
    public static AuthorizationHeader Of(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count == 0)
            return AuthorizationHeader.Missing;
        if (header.Count != 1 || header[0]!.Split(' ') is not [{ Length: > 0 } scheme, { Length: > 0 }])
            return string.IsNullOrEmpty(header) ? AuthorizationHeader.Missing : AuthorizationHeader.Malformed;
        return scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? AuthorizationHeader.Bearer : AuthorizationHeader.OtherScheme;
    }
}
