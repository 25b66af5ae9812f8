using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Audit;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.FigureForge;

/// <summary>
/// /api/images/{id}/report, /appeal, /review and /api/images/reports: a reported image is hidden at once, until an operator has looked.
/// </summary>
public static class ImageReports
{
    public static void MapImageReports(this IEndpointRouteBuilder images)
    {
        images.MapGet("/reports/", List).RequireOperator().Limit(FigureForgeLimits.CallsPerCaller)
            .WithSummary("List reported images");
        images.MapPost("/{id}/report/", Report).RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller).Idempotent()
            .WithSummary("Report an image").Refuses(FigureForgeErrors.NotFound("Image"), FigureForgeErrors.Invalid("Your own image need not be reported: make it private or delete it"));
        images.MapPost("/{id}/appeal/", Appeal).RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller).Idempotent()
            .WithSummary("Ask for another look at a hidden image").Refuses(FigureForgeErrors.NotFound("Image"), FigureForgeErrors.Denied("Only its owner may do this"), FigureForgeErrors.Conflict("An appeal can be made once"));
        images.MapPost("/{id}/review/", Review).RequireOperator().Limit(FigureForgeLimits.CallsPerCaller).Idempotent()
            .WithSummary("Decide on a reported image").Refuses(FigureForgeErrors.NotFound("Image"));
    }

    private static async Task<Ok<ReportList>> List(ProductDatabase database, CancellationToken stop)
    {
        var rows = await database.List<PendingRow>(
            """
            select i.id, i.prompt, array_agg(distinct r.reason) as reasons, count(r.account_id)::int as reports, min(r.created_at) as since, max(a.comment) as appeal
            from images i join image_reports r on r.image_id = i.id left join image_appeals a on a.image_id = i.id
            where i.moderation = 'human_pending' and i.deleted_at is null
            group by i.id order by min(r.created_at) limit 200
            """, null, stop);
        return TypedResults.Ok(new ReportList([.. rows.Select(row => new PendingReview(WireId.Image(row.Id), row.Prompt, row.Reasons, row.Reports, row.Since, row.Appeal))]));
    }

    private static async Task<Results<Ok<Reported>, ProblemHttpResult>> Report(string id, ImageReport report, Caller caller, Work work, ClientFacts client, CancellationToken stop)
    {
        var image = WireId.Parse("img", id);
        var owner = await work.One<Guid?>(
            """
            select i.account_id from images i where i.id = @image and i.deleted_at is null and (i.account_id = @AccountId or (i.is_public and i.moderation = 'clean')
                or exists (select from image_reports r where r.image_id = i.id and r.account_id = @AccountId))
            for update
            """, new { image, caller.AccountId }, stop);
        if (owner is null)
            return FigureForgeErrors.NotFound("Image");
        if (owner == caller.AccountId)
            return FigureForgeErrors.Invalid("Your own image need not be reported: make it private or delete it");
        var isNew = await work.Execute(
            "insert into image_reports (image_id, account_id, reason, comment) values (@image, @AccountId, @Reason, @Comment) on conflict do nothing",
            new { image, caller.AccountId, report.Reason, Comment = report.Comment?.Trim() ?? "" }, stop) == 1;
        if (isNew)
        {
            await work.Execute("update images set moderation = 'human_pending', updated_at = clock() where id = @image and moderation = 'clean'", new { image }, stop);
            await work.Audit(new AuditEntry("image_reported", caller.AccountId, client) { Detail = new { image, report.Reason } }, stop);
        }

        await work.Commit(stop);
        return TypedResults.Ok(new Reported(WireId.Image(image), "Thank you. The image is hidden until somebody has looked at it."));
    }

    private static async Task<Results<Ok<Reported>, ProblemHttpResult>> Appeal(string id, ImageAppeal appeal, Caller caller, Work work, CancellationToken stop)
    {
        var image = WireId.Parse("img", id);
        if (Images.RefuseStranger(await Images.Find(work, image, caller.AccountId, stop), caller.AccountId) is { } refusal)
            return refusal;
        var isHidden = await work.Execute(
            "update images set moderation = 'human_pending', updated_at = clock() where id = @image and account_id = @AccountId and moderation in ('human_pending', 'auto_blocked', 'removed')",
            new { image, caller.AccountId }, stop) == 1;
        if (!isHidden || await work.Execute("insert into image_appeals (image_id, comment) values (@image, @Comment) on conflict do nothing", new { image, Comment = appeal.Comment!.Trim() }, stop) == 0)
            return FigureForgeErrors.Conflict(isHidden ? "An appeal can be made once" : "The image is not hidden");
        await work.Commit(stop);
        return TypedResults.Ok(new Reported(WireId.Image(image), "Somebody will look at the image again."));
    }

    private static async Task<Results<Ok<Reviewed>, ProblemHttpResult>> Review(string id, ImageReview review, Caller caller, Work work, ClientFacts client, CancellationToken stop)
    {
        var image = WireId.Parse("img", id);
        if (await work.Execute("update images set moderation = @Decision, updated_at = clock() where id = @image and deleted_at is null", new { image, review.Decision }, stop) == 0)
            return FigureForgeErrors.NotFound("Image");
        await work.Audit(new AuditEntry("image_reviewed", caller.AccountId, client) { Detail = new { image, review.Decision } }, stop);
        await work.Commit(stop);
        return TypedResults.Ok(new Reviewed(WireId.Image(image), review.Decision!));
    }

    private sealed record PendingRow
    {
        public Guid Id { get; init; }
        public string Prompt { get; init; } = "";
        public string[] Reasons { get; init; } = [];
        public int Reports { get; init; }
        public DateTimeOffset Since { get; init; }
        public string? Appeal { get; init; }
    }
}

public sealed record ImageReport
{
    [Required(ErrorMessage = "reason is required")]
    [AllowedValues("nsfw", "hate", "violence", "copyright", "privacy", "other", ErrorMessage = "reason must be nsfw, hate, violence, copyright, privacy or other")]
    public string? Reason { get; init; }

    [MaxLength(1000, ErrorMessage = "comment must have at most 1000 characters")]
    public string? Comment { get; init; }
}

public sealed record ImageAppeal
{
    [Required(ErrorMessage = "comment is required")]
    [MaxLength(1000, ErrorMessage = "comment must have at most 1000 characters")]
    public string? Comment { get; init; }
}

public sealed record ImageReview
{
    [Required(ErrorMessage = "decision is required")]
    [AllowedValues("clean", "removed", ErrorMessage = "decision must be clean or removed")]
    public string? Decision { get; init; }
}

public sealed record Reported(string ImageId, string Message);

public sealed record Reviewed(string ImageId, string Moderation);

public sealed record ReportList(IReadOnlyList<PendingReview> Results);

public sealed record PendingReview(string ImageId, string Prompt, IReadOnlyList<string> Reasons, int Reports, DateTimeOffset Since, string? Appeal);
