using Colonnade.Mannequin;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.FigureForge;

/// <summary>
/// Who draws, for how many credits and in about how many seconds a picture. <c>Endpoint</c> is the provider's name of the model; null
/// for the platform's own.
/// </summary>
public sealed record GenerationModel(string Id, string Name, int Credits, string? Endpoint, int Seconds, string Description);

/// <summary>The models that are known here, the default first.</summary>
public sealed class GenerationModels(BlackForestLabs provider)
{
    public const string Mannequin = "mannequin";

    private static readonly IReadOnlyList<GenerationModel> Known =
    [
        new("flux-pro", "FLUX Pro", 2, "flux-pro-1.1", 8, "FLUX 1.1 [pro]"),
        new("flux-pro-ultra", "FLUX Pro Ultra", 3, "flux-pro-1.1-ultra", 12, "FLUX 1.1 [pro] Ultra"),
        new("flux-dev", "FLUX Dev", 1, "flux-dev", 6, "FLUX.1 [dev]"),
        new("flux-2-pro", "FLUX.2 Pro", 3, "flux-2-pro", 12, "FLUX.2 [pro]"),
        new("flux-2-flex", "FLUX.2 Flex", 3, "flux-2-flex", 14, "FLUX.2 [flex]"),
        new("flux-2-max", "FLUX.2 Max", 4, "flux-2-max", 18, "FLUX.2 [max]"),
        new(Mannequin, "Mannequin", 1, null, 2, "An artist's mannequin, drawn here within seconds"),
    ];

    /// <summary>What is used when nobody says: the first that is available.</summary>
    public GenerationModel Default => Known.First(IsAvailable);

    public bool IsAvailable(GenerationModel model) => model.Endpoint is null || provider.IsConfigured;

    /// <summary>The model, the default for none; null for one that is not known.</summary>
    public GenerationModel? Find(string? id) => id is null ? Default : Known.FirstOrDefault(model => model.Id == id);

    internal ModelList List() => new([.. Known.Select(model => new ModelData(
        model.Id, model.Name, model.Credits, model.Description, IsAvailable(model), IsAvailable(model) ? null : "The provider is not configured", model == Default))]);
}

/// <summary>/api/images/models, /filters: what can be asked for.</summary>
public static class Choosing
{
    public static void MapChoosing(this IEndpointRouteBuilder images)
    {
        images.MapGet("/models/", Models).RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller)
            .WithSummary("List the models");
        images.MapGet("/filters/", Filters).RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller)
            .WithSummary("List the filters");
    }

    private static Ok<ModelList> Models(GenerationModels models) => TypedResults.Ok(models.List());

    private static Ok<FilterList> Filters() => TypedResults.Ok(new FilterList(Choices.Filters));
}

public sealed record ModelList(IReadOnlyList<ModelData> Models);

public sealed record ModelData(string Id, string Name, int Credits, string Description, bool Available, string? Reason, bool Default);

public sealed record FilterList(IReadOnlyDictionary<string, IReadOnlyList<string>> Filters);
