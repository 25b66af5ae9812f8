using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Studio;

/// <summary>/api/services: offering services, for providers and operators. Orders keep what they were made of.</summary>
public static class ServiceEditing
{
    public static void MapServiceEditing(this IEndpointRouteBuilder api)
    {
        var services = api.MapGroup("/services").WithTags("Services").RequireCustomer().Limit(StudioLimits.CallsPerCaller);
        services.MapPost("/", Offer).Idempotent()
            .WithSummary("Offer a service").Refuses(StudioErrors.Forbidden("Only providers offer services"));
        services.MapPatch("/{id}", Change)
            .WithSummary("Change a service").Refuses(StudioErrors.NotFound("Service"), StudioErrors.Forbidden("Only its provider changes a service"), StudioErrors.NothingToUpdate());
        services.MapPut("/{id}/packages", Replace)
            .WithSummary("Replace the packages of a service").Refuses(StudioErrors.NotFound("Service"), StudioErrors.Forbidden("Only its provider changes a service"));
        services.MapDelete("/{id}", Retire)
            .WithSummary("Withdraw a service").Refuses(StudioErrors.NotFound("Service"), StudioErrors.Forbidden("Only its provider changes a service"));
    }

    internal static Task Insert(Work work, Guid id, Guid provider, string title, string description, string category, CancellationToken stop) => work.Execute(
        "insert into services (id, provider_id, title, description, category) values (@id, @provider, @title, @description, @category)",
        new { id, provider, title, description, category }, stop);

    /// <summary>Puts packages in the place of those before.</summary>
    internal static async Task Insert(Work work, Guid service, IReadOnlyList<NewPackage> packages, TimeProvider time, CancellationToken stop)
    {
        await work.Execute("update packages set retired_at = clock() where service_id = @service and retired_at is null", new { service }, stop);
        for (var position = 0; position < packages.Count; position++)
        {
            var package = packages[position];
            await work.Execute(
                """
                insert into packages (id, service_id, position, name, description, price, currency, delivery_days, revisions, features)
                values (@Id, @service, @position, @Name, @Description, @Price, @Currency, @DeliveryDays, @Revisions, @Features)
                """,
                new
                {
                    Id = Guid.CreateVersion7(time.GetUtcNow()),
                    service,
                    position,
                    Name = package.Name!.Trim(),
                    Description = package.Description?.Trim() ?? "",
                    package.Price,
                    Currency = (package.Currency ?? "usd").ToLowerInvariant(),
                    package.DeliveryDays,
                    package.Revisions,
                    Features = package.Features?.ToArray() ?? [],
                },
                stop);
        }
    }

    private static async Task<Results<Created<ServiceDetail>, ProblemHttpResult>> Offer(NewService request, Caller caller, Work work, TimeProvider time, CancellationToken stop)
    {
        if (!Roles.MayOffer(caller))
            return StudioErrors.Forbidden("Only providers offer services");
        var id = Guid.CreateVersion7(time.GetUtcNow());
        await Insert(work, id, caller.AccountId, request.Title!.Trim(), request.Description?.Trim() ?? "", request.Category!, stop);
        await Insert(work, id, request.Packages!, time, stop);
        var service = await Read(work, id, stop);
        await work.Commit(stop);
        return TypedResults.Created($"/api/services/{id}", new ServiceDetail(service, service.Packages));
    }

    private static async Task<Results<Ok<ServiceDetail>, ProblemHttpResult>> Change(
        PathUuid id, ServiceChange change, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        if (change is { Title: null, Description: null, Category: null })
            return StudioErrors.NothingToUpdate();
        await using var work = await database.Begin(stop);
        if (await Own(work, id.Value, caller, stop) is { } refusal)
            return refusal;
        await work.Execute(
            """
            update services set title = coalesce(@Title, title), description = coalesce(@Description, description), category = coalesce(@Category, category),
                updated_at = greatest(clock(), updated_at + interval '1 millisecond')
            where id = @Id
            """, new { Id = id.Value, Title = change.Title?.Trim(), Description = change.Description?.Trim(), change.Category }, stop);
        var service = await Read(work, id.Value, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new ServiceDetail(service, service.Packages));
    }

    private static async Task<Results<Ok<ServiceDetail>, ProblemHttpResult>> Replace(
        PathUuid id, PackageSet set, Caller caller, ProductDatabase database, TimeProvider time, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (await Own(work, id.Value, caller, stop) is { } refusal)
            return refusal;
        await Insert(work, id.Value, set.Packages!, time, stop);
        var service = await Read(work, id.Value, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new ServiceDetail(service, service.Packages));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Retire(PathUuid id, Caller caller, ProductDatabase database, CancellationToken stop)
    {
        await using var work = await database.Begin(stop);
        if (await Own(work, id.Value, caller, stop) is { } refusal)
            return refusal;
        await work.Execute("update services set retired_at = clock() where id = @Value", id, stop);
        await work.Commit(stop);
        return TypedResults.NoContent();
    }

    /// <summary>Locks the service; null when the caller may change it.</summary>
    private static async Task<ProblemHttpResult?> Own(Work work, Guid id, Caller caller, CancellationToken stop)
    {
        var provider = await work.One<Guid?>("select provider_id from services where id = @id and retired_at is null for update", new { id }, stop);
        return provider is null ? StudioErrors.NotFound("Service")
            : provider == caller.AccountId || caller.IsOperator ? null
            : StudioErrors.Forbidden("Only its provider changes a service");
    }

    private static async Task<Service> Read(Work work, Guid id, CancellationToken stop)
    {
        var service = (await work.One<ServiceRow>("select id, title, description, category, provider_id from services where id = @id", new { id }, stop))!;
        var packages = await work.List<PackageRow>(
            "select id, name, description, price, currency, delivery_days, revisions, features from packages where service_id = @id and retired_at is null order by position", new { id }, stop);
        return new Service(service.Id, service.Title, service.Description, service.Category, service.ProviderId, null, 0,
            packages.ConvertAll(row => new Package(row.Id, row.Name, row.Description, row.Price, row.Currency, row.DeliveryDays, row.Revisions, row.Features)));
    }

    private sealed record ServiceRow
    {
        public Guid Id { get; init; }
        public string Title { get; init; } = "";
        public string Description { get; init; } = "";
        public string Category { get; init; } = "";
        public Guid ProviderId { get; init; }
    }

    private sealed record PackageRow
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Description { get; init; } = "";
        public long Price { get; init; }
        public string Currency { get; init; } = "";
        public int DeliveryDays { get; init; }
        public int Revisions { get; init; }
        public string[] Features { get; init; } = [];
    }
}

public sealed record NewService : IValidatableObject
{
    [Required(ErrorMessage = "Title is required"), MaxLength(120, ErrorMessage = "Title must have at most 120 characters")]
    public string? Title { get; init; }

    [MaxLength(5000, ErrorMessage = "Description must have at most 5000 characters")]
    public string? Description { get; init; }

    [Required(ErrorMessage = "Category is required"), RegularExpression("^[a-z0-9]+(-[a-z0-9]+)*$", ErrorMessage = "Category must be lower-case words divided by hyphens"), MaxLength(50, ErrorMessage = "Category must have at most 50 characters")]
    public string? Category { get; init; }

    public IReadOnlyList<NewPackage>? Packages { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => PackageSet.Flaws(Packages);
}

/// <summary>Absent members, and null, keep what is there.</summary>
public sealed record ServiceChange
{
    [RegularExpression(@"[\s\S]*\S[\s\S]*", ErrorMessage = "Title must not be empty"), MaxLength(120, ErrorMessage = "Title must have at most 120 characters")]
    public string? Title { get; init; }

    [MaxLength(5000, ErrorMessage = "Description must have at most 5000 characters")]
    public string? Description { get; init; }

    [RegularExpression("^[a-z0-9]+(-[a-z0-9]+)*$", ErrorMessage = "Category must be lower-case words divided by hyphens"), MaxLength(50, ErrorMessage = "Category must have at most 50 characters")]
    public string? Category { get; init; }
}

public sealed record PackageSet : IValidatableObject
{
    public IReadOnlyList<NewPackage>? Packages { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Flaws(Packages);

    /// <summary>The framework does not look at the elements of lists.</summary>
    internal static IEnumerable<ValidationResult> Flaws(IReadOnlyList<NewPackage>? packages)
    {
        if (packages is not { Count: >= 1 and <= 10 })
        {
            yield return new ValidationResult("A service has 1 to 10 packages", [nameof(Packages)]);
            yield break;
        }

        for (var index = 0; index < packages.Count; index++)
        {
            if (packages[index]?.Flaw() is { } flaw)
                yield return new ValidationResult(flaw, [$"{nameof(Packages)}[{index}]"]);
            else if (packages[index] is null)
                yield return new ValidationResult("A package must not be null", [$"{nameof(Packages)}[{index}]"]);
        }
    }
}

public sealed record NewPackage(
    string? Name = null, string? Description = null, long Price = 0, string? Currency = null, int DeliveryDays = 0, int Revisions = 0, IReadOnlyList<string>? Features = null)
{
    internal string? Flaw() =>
        (Name ?? "").Trim().Length is 0 or > 80 ? "A package's name must have 1 to 80 characters"
        : Description?.Length > 2000 ? "A package's description must have at most 2000 characters"
        : Price is < 50 or > 99_999_999 ? "A package's price must be 50 to 99999999 minor units"
        : Currency is not null && (Currency.Length != 3 || !Currency.All(char.IsAsciiLetter)) ? "A currency has three letters"
        : DeliveryDays is < 1 or > 365 ? "A package's deliveryDays must be 1 to 365"
        : Revisions is < 0 or > 100 ? "A package's revisions must be 0 to 100"
        : Features is { Count: > 30 } || (Features?.Any(feature => feature is null || feature.Length > 200) ?? false) ? "A package has at most 30 features of at most 200 characters"
        : null;
}
