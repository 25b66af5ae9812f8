using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Colonnade.Platform.Errors;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Colonnade.Platform.Reference;

/// <summary>What the metadata of one route says of its use: the same objects that guard it at requests.</summary>
internal sealed class RouteFacts
{
    private static readonly AccessRule Default = new(Access.Customer);
    private readonly ApiDescription _route;
    private readonly IServiceProvider _services;
    private readonly Endpoint _endpoint;

    public RouteFacts(ApiDescription route, IServiceProvider services)
    {
        _route = route;
        _services = services;
        _endpoint = new Endpoint(null, new EndpointMetadataCollection(route.ActionDescriptor.EndpointMetadata), route.ActionDescriptor.DisplayName);
        Rule = Last<AccessRule>() ?? Default;
        Limits = [.. All<LimitRule>().SelectMany(rule => rule.Limits).Distinct()];
        Version = Last<VersionRule>();
        Contents = [.. All<ContentRule>()];
        Body = Last<BodyRule>();
        Parameters = [.. All<QueryRule>().SelectMany(rule => rule.Parameters).Distinct()];
        IsRepeatable = Last<IdempotencyRule>() is not null;
    }

    public AccessRule Rule { get; }

    public IReadOnlyList<Limit> Limits { get; }

    public VersionRule? Version { get; }

    public IReadOnlyList<ContentRule> Contents { get; }

    /// <summary>Of a body that the handler reads itself.</summary>
    public BodyRule? Body { get; }

    public IReadOnlyList<QueryParameter> Parameters { get; }

    public bool IsRepeatable { get; }

    public bool IsOpen => Rule.Access is Access.Anyone or Access.Guest;

    public string Method => _route.HttpMethod ?? HttpMethods.Get;

    public bool IsSafe => HttpMethods.IsGet(Method) || HttpMethods.IsHead(Method);

    public bool HasBody => Body is not null || _route.SupportedRequestFormats.Count > 0 || BodyType is not null
        || _route.ParameterDescriptions.Any(parameter => parameter.Source == BindingSource.Form || parameter.Source == BindingSource.FormFile);

    /// <summary>Of what the body is read into.</summary>
    public Type? BodyType => _route.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source == BindingSource.Body)?.Type ?? Last<IAcceptsMetadata>()?.RequestType;

    /// <summary>The handler; null where the route has none of its own.</summary>
    public MethodInfo? Handler => Last<MethodInfo>();

    /// <summary>Who may call, by forms of credentials; empty where the route is open.</summary>
    public IReadOnlyList<CredentialForm> Forms
    {
        get
        {
            var all = _services.GetService<ICredentials>()?.Forms ?? [];
            var accounts = _services.GetService<AccountScopes>()?.Scopes ?? [];
            return Rule.Access switch
            {
                Access.Anyone => [],
                Access.Customer or Access.Operator => [.. all.Where(form => !form.IsOfService)],
                Access.Scoped => [.. all.Where(form => form.IsOfService || accounts.Contains(Rule.Scope, StringComparer.Ordinal))],
                Access.Guest or Access.AnyCaller => all,
            };
        }
    }

    /// <summary>Everything that may be refused, the platform's refusals first, each with whether every route says it alike.</summary>
    public IReadOnlyList<RouteRefusal> Refusals(Dialect dialect)
    {
        var failures = new List<RouteRefusal>();
        Add(PlatformFailure.MalformedRequest);
        if (HasBody)
        {
            if (InvalidBody() is { } errors)
                Add(PlatformFailure.InvalidRequest, new FailureFacts { Errors = errors, Field = errors.Count == 1 ? errors.Keys.First() : null }, isAlike: false);
            Add(PlatformFailure.TooLarge);
            Add(PlatformFailure.UnsupportedMediaType);
        }

        if (!IsOpen)
            Add(PlatformFailure.Unauthenticated);
        var credentials = _services.GetService<ICredentials>();
        if (Rule.Access is Access.Operator or Access.Scoped
            || (Rule.Access == Access.Customer && credentials?.Forms.Any(static form => form.IsOfService) == true)
            || (credentials?.AreSentByBrowsers == true && !IsSafe) || Last<OriginRule>() is not null)
            Add(PlatformFailure.Forbidden);
        if (Limits.Count > 0)
            Add(PlatformFailure.RateLimited, new FailureFacts { RetryAfter = TimeSpan.FromMinutes(1) });
        if (IsRepeatable)
        {
            Add(PlatformFailure.IdempotencyKeyInvalid);
            Add(PlatformFailure.IdempotencyRunning, new FailureFacts { RetryAfter = TimeSpan.FromSeconds(1) });
            Add(PlatformFailure.IdempotencyKeyReused);
        }

        Add(PlatformFailure.Unexpected);
        Add(PlatformFailure.Unavailable, new FailureFacts { RetryAfter = TimeSpan.FromSeconds(2) });
        Add(PlatformFailure.Overloaded, new FailureFacts { RetryAfter = TimeSpan.FromSeconds(2) });
        failures.AddRange(All<RefusalRule>().SelectMany(rule => rule.Refusals).Select(refusal => new RouteRefusal(refusal, null)));
        return [.. failures.DistinctBy(of => (of.Refusal.Status, of.Refusal.Code, of.Refusal.Message))];

        void Add(PlatformFailure failure, FailureFacts? facts = null, bool isAlike = true) => failures.Add(new RouteRefusal(
            dialect.Word(failure, (facts ?? new FailureFacts()) with { Endpoint = _endpoint, RequestId = RefusalExamples.RequestId }),
            isAlike ? failure.ToString() : null));
    }

    public T? Last<T>() where T : class => _endpoint.Metadata.GetMetadata<T>();

    public IReadOnlyList<T> All<T>() where T : class => _endpoint.Metadata.GetOrderedMetadata<T>();

    /// <summary>What the body <c>{}</c> breaks, by JSON path; null when nothing.</summary>
    private Dictionary<string, string[]>? InvalidBody()
    {
        if (BodyType is not { IsClass: true } type || type == typeof(string) || type.GetConstructors().OrderBy(of => of.GetParameters().Length).FirstOrDefault() is not { } constructor)
            return null;
        var body = constructor.Invoke([.. constructor.GetParameters().Select(static parameter => parameter.HasDefaultValue ? parameter.DefaultValue : null)]);
        var flaws = new List<ValidationResult>();
        if (Validator.TryValidateObject(body, new ValidationContext(body, _services, items: null), flaws, validateAllProperties: true))
            return null;
        var members = _services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions.GetTypeInfo(type).Properties;
        var named = flaws.Where(static flaw => flaw.ErrorMessage is not null)
            .GroupBy(flaw => flaw.MemberNames.FirstOrDefault() is { } name ? members.FirstOrDefault(member => member.AttributeProvider is MemberInfo info && info.Name == name)?.Name ?? name : "", StringComparer.Ordinal)
            .ToDictionary(static flaw => flaw.Key, static flaw => flaw.Select(static of => of.ErrorMessage!).ToArray(), StringComparer.Ordinal);
        return named.Count == 0 ? null : named;
    }
}

/// <summary>One refusal of a route.</summary>
/// <param name="Refusal">In the product's words.</param>
/// <param name="Alike">A name for it where every route of the product refuses in just these words; null where the route's own.</param>
internal sealed record RouteRefusal(Refusal Refusal, string? Alike);
