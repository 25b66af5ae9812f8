#pragma warning disable ASP0029 // Experimental is only how the framework is asked what it validates.
using System.Reflection;
using System.Security.Cryptography;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;
using Shouldly;
using Xunit;

namespace Colonnade.Architecture.Tests;

public sealed class EndpointTests
{
    public static TheoryData<string> Products => [.. House.Products.Keys];

    [Theory]
    [MemberData(nameof(Products))]
    public async Task Every_endpoint_states_who_may_call_it(string product)
    {
        await using var app = Build(product);
        var endpoints = Endpoints(app);
        endpoints.Count.ShouldBeGreaterThan(3);
        endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<AccessRule>() is null).Select(endpoint => endpoint.DisplayName).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Products))]
    public async Task Reading_is_not_slowed_down_by_validation_of_what_no_client_sends(string product)
    {
        await using var app = Build(product);
        var (validation, services) = (app.Services.GetRequiredService<IOptions<ValidationOptions>>().Value, app.Services.GetRequiredService<IServiceProviderIsService>());
        var reading = Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET", StringComparer.Ordinal) == true).ToList();
        reading.Count.ShouldBeGreaterThan(3);
        reading.SelectMany(endpoint => (endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [])
                .Where(parameter => !services.IsService(parameter.ParameterType) && validation.TryGetValidatableParameterInfo(parameter, out _))
                .Select(parameter => $"{endpoint.RoutePattern.RawText} {parameter}"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_open_to_everybody_in_fragrances_is_this_and_nothing_else()
    {
        await using var app = Build("Fragrances");
        Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<AccessRule>()!.Access == Access.Anyone)
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimEnd('/')).Distinct(StringComparer.Ordinal).ShouldBe(
            [
                "", "/.well-known/jwks.json", "/health/live", "/health/ready", "/openapi.json", "/reset-password", "/verify-email",
                "/api/auth/login", "/api/auth/refresh", "/api/auth/refresh-token", "/api/auth/register", "/api/auth/resend-verification",
                "/api/auth/reset-password", "/api/auth/reset-password/confirm", "/api/auth/verify-email",
            ], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_open_to_everybody_in_orderdesk_is_this_and_nothing_else()
    {
        await using var app = Build("OrderDesk");
        Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<AccessRule>()!.Access == Access.Anyone)
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimEnd('/')).Distinct(StringComparer.Ordinal).ShouldBe(
            [
                "", "/.well-known/jwks.json", "/health/live", "/health/ready", "/openapi.json", "/confirm-email",
                "/api/auth/register", "/api/auth/login", "/api/auth/token", "/api/auth/refresh", "/api/auth/forgot-password", "/api/auth/send-reset-code",
                "/api/auth/reset-password", "/api/auth/verify-email", "/api/auth/resend-verification-code", "/api/auth/register-confirmation",
                "/api/auth/resend-confirmation-email",
            ], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_open_to_everybody_in_studio_is_this_and_nothing_else()
    {
        await using var app = Build("Studio");
        Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<AccessRule>()!.Access == Access.Anyone)
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimEnd('/')).Distinct(StringComparer.Ordinal).ShouldBe(
            [
                "", "/.well-known/jwks.json", "/health/live", "/health/ready", "/openapi.json", "/reset-password", "/reference/orders", "/files/{id}",
                "/api/auth/register", "/api/auth/login", "/api/auth/refresh", "/api/auth/forgot-password", "/api/auth/reset-password",
                "/api/webhooks/payment", "/api/webhooks/order",
            ], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_open_to_everybody_in_figureforge_is_this_and_nothing_else()
    {
        await using var app = Build("FigureForge");
        Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<AccessRule>()!.Access is Access.Anyone or Access.Guest)
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimEnd('/')).Distinct(StringComparer.Ordinal).ShouldBe(
            [
                "", "/.well-known/jwks.json", "/health/live", "/health/ready", "/openapi.json", "/magic-link", "/files/{id}",
                "/api/auth/magic-link/request", "/api/auth/magic-link/verify", "/api/auth/magic-link/check-user", "/api/auth/refresh", "/api/auth/verify",
                "/api/images/gallery", "/api/pricing", "/api/webhooks/stripe", "/api/webhooks/health",
            ], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_open_to_everybody_in_narhub_is_this_and_nothing_else()
    {
        await using var app = Build("Narhub");
        Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<AccessRule>()!.Access is Access.Anyone or Access.Guest)
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimEnd('/')).Distinct(StringComparer.Ordinal).ShouldBe(
            [
                "", "/health/live", "/health/ready", "/openapi.json", "/reset-password", "/verify-email",
                "/api/auth/register", "/api/auth/signin", "/api/auth/signout", "/api/auth/session", "/api/auth/csrf", "/api/auth/providers",
                "/api/auth/callback/credentials", "/api/auth/error", "/api/auth/verify-email", "/api/auth/forgot-password", "/api/auth/reset-password",
                "/api/products", "/api/products/{slug}",
            ], ignoreOrder: true);
    }

    [Theory]
    [InlineData("FigureForge")]
    [InlineData("Fragrances")]
    [InlineData("Narhub")]
    [InlineData("Studio")]
    [InlineData("OrderDesk")]
    public async Task Every_route_of_the_api_states_a_limit(string product)
    {
        await using var app = Build(product);
        var api = Endpoints(app).Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal)).ToList();
        api.Count.ShouldBeGreaterThan(15);
        api.Where(endpoint => !endpoint.Metadata.Any(of => of.GetType().Name == "LimitRule")).Select(endpoint => endpoint.DisplayName).ShouldBeEmpty();
        typeof(Limit).Assembly.GetTypes().ShouldContain(type => type.Name == "LimitRule", "the rule above looks for it by name");
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Kinds_of_jobs_are_unique_and_lower_case(string product)
    {
        var jobs = House.Products[product].Product.Identity.Assembly.GetTypes().Concat(House.Platform.GetTypes())
            .Where(type => type is { IsInterface: false, IsAbstract: false } && type.IsAssignableTo(typeof(IJob))).ToList();
        jobs.Count.ShouldBeGreaterThan(1);
        var kinds = jobs.ConvertAll(job => (string)job.GetProperty(nameof(IJob.Kind))!.GetValue(null)!);
        kinds.ShouldBeUnique(StringComparer.Ordinal);
        kinds.ShouldAllBe(kind => kind.All(letter => char.IsAsciiLetterLower(letter) || letter == '_'));
    }

    internal static WebApplication Build(string product)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Environment.EnvironmentName = "Development";
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Database:Connection"] = "Host=/nowhere",
            ["Colonnade:Secret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        });
        return House.Products[product].Product.Build(builder);
    }

    internal static List<RouteEndpoint> Endpoints(WebApplication app) =>
        [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];
}
