using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Platform.Web;

/// <summary>
/// CORS: exactly the origins of <c>&lt;Product&gt;__AllowedOrigins__N</c>, never reflected, never <c>*</c>;
/// in Development also any <c>http://localhost</c>.
/// </summary>
internal static class CrossOrigin
{
    /// <summary>Policy of routes whose cookie a listed origin may send; set with <see cref="CrossOriginRules.AllowCredentials{T}"/>.</summary>
    public const string WithCredentials = "with-credentials";

    private static readonly string[] Exposed =
    [
        "Location", "ETag", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
        "RateLimit", "RateLimit-Policy", "Idempotent-Replayed", "X-Request-Id", "Content-Disposition",
    ];

    public static void Add(IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        var listed = configuration.GetSection("AllowedOrigins").Get<string[]>() ?? [];
        services.AddCors(cors =>
        {
            cors.AddDefaultPolicy(policy => Allow(policy));
            cors.AddPolicy(WithCredentials, policy => Allow(policy).AllowCredentials());
        });

        CorsPolicyBuilder Allow(CorsPolicyBuilder policy) => policy
            .SetIsOriginAllowed(origin => listed.Contains(origin, StringComparer.Ordinal) || (environment.IsDevelopment() && IsLocalhost(origin)))
            .AllowAnyHeader()
            .WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
            .WithExposedHeaders(Exposed)
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10));
    }

    private static bool IsLocalhost(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", Host: "localhost" };
}

/// <summary>Says on a route that a listed origin may send its cookie.</summary>
public static class CrossOriginRules
{
    public static T AllowCredentials<T>(this T routes) where T : IEndpointConventionBuilder => routes.RequireCors(CrossOrigin.WithCredentials);
}
