using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.Tests.Abuse;

/// <summary>Routes to be met by requests that no HTTP client would send.</summary>
public sealed class WireApp() : DummyProduct(
    _ => { },
    app =>
    {
        app.MapPost("/echo", (Echo echo) => TypedResults.Ok(echo)).AllowAnyone();
        app.MapGet("/hidden", (Hidden hidden) => hidden.Ran = true).AllowAnyone();
        app.MapPost("/closed", (Echo echo) => TypedResults.Ok(echo)).RequireCustomer();
    });

public sealed record Echo(string Text);

/// <summary>Whether a request that was hidden in another got through.</summary>
public sealed class Hidden
{
    public static Hidden One { get; } = new();

    public bool Ran { get; set; }

    public static ValueTask<Hidden?> BindAsync(HttpContext http) => ValueTask.FromResult<Hidden?>(One);
}
