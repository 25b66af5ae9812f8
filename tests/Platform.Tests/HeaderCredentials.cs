using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Tests;

/// <summary>Believes the account that a request names in <c>X-Account</c>: for tests of what comes after signing in.</summary>
public sealed class HeaderCredentials : ICredentials
{
    public ValueTask<Caller?> Identify(HttpContext http) =>
        ValueTask.FromResult(Guid.TryParse(http.Request.Headers["X-Account"], out var account) ? new Caller(account, Guid.CreateVersion7(), "customer") : null);
}
