using System.ComponentModel.DataAnnotations;
using Colonnade.Platform.Database;
using Colonnade.Platform.Idempotency;
using Colonnade.Platform.RateLimits;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.FigureForge;

/// <summary>/api/images/bulk: the same with up to a hundred images at once; each succeeds or fails for itself.</summary>
public static class BulkActions
{
    public static void MapBulkActions(this IEndpointRouteBuilder images) => images.MapPost("/bulk/", Act).RequireCustomer().Limit(FigureForgeLimits.CallsPerCaller).Idempotent()
            .WithSummary("Do one thing with many images");

    private static async Task<Ok<BulkResult>> Act(BulkAction action, Caller caller, Work work, ImageLinks links, CancellationToken stop)
    {
        var ids = action.ImageIds!.Select(id => WireId.Parse("img", id)).Where(id => id != Guid.Empty).Distinct().ToArray();
        var parameters = new { ids, caller.AccountId };
        // In one order, so that two such requests never wait for each other.
        var visible = await work.List<ImageRow>(
            $"""
            select {ImageRow.Columns} from images i join files f on f.id = i.file_id
            where i.id = any(@ids) and i.deleted_at is null and (i.account_id = @AccountId or ({ImageRow.IsShown})) order by i.id for update of i
            """, parameters, stop);
        var own = visible.Where(image => image.AccountId == caller.AccountId).Select(image => image.Id).ToArray();
        var done = new Dictionary<Guid, string?>();
        switch (action.Action)
        {
            case "delete":
                foreach (var id in own)
                {
                    if (await Images.Remove(work, id, caller.AccountId, stop))
                        done[id] = null;
                }

                break;
            case "publish" or "unpublish":
                var changed = await work.List<Guid>(
                    """
                    update images set is_public = @isPublic, published_at = case when @isPublic then coalesce(published_at, clock()) else published_at end, updated_at = clock()
                    where id = any(@own) and (moderation = 'clean' or not @isPublic) returning id
                    """, new { own, isPublic = action.Action == "publish" }, stop);
                changed.ForEach(id => done[id] = null);
                break;
            case "favorite":
                await work.Execute(
                    """
                    with added as (insert into favorites (account_id, image_id) select @AccountId, unnest(@seen) on conflict do nothing returning image_id)
                    update images set favorite_count = favorite_count + 1 where id in (select image_id from added)
                    """, new { caller.AccountId, seen = visible.Select(image => image.Id).ToArray() }, stop);
                visible.ForEach(image => done[image.Id] = null);
                break;
            case "unfavorite":
                await work.Execute(
                    """
                    with gone as (delete from favorites where account_id = @AccountId and image_id = any(@seen) returning image_id)
                    update images set favorite_count = favorite_count - 1 where id in (select image_id from gone)
                    """, new { caller.AccountId, seen = visible.Select(image => image.Id).ToArray() }, stop);
                visible.ForEach(image => done[image.Id] = null);
                break;
            default:
                foreach (var image in visible.Where(image => image.AccountId == caller.AccountId))
                    done[image.Id] = (await links.Of(image, isSmall: false, stop)).Url;
                break;
        }

        await work.Commit(stop);
        return TypedResults.Ok(new BulkResult(done.Count, [.. ids.Select(id => new BulkOutcome(WireId.Image(id), done.ContainsKey(id), done.GetValueOrDefault(id)))]));
    }
}

public sealed record BulkAction
{
    [Required(ErrorMessage = "action is required")]
    [AllowedValues("delete", "publish", "unpublish", "favorite", "unfavorite", "download", ErrorMessage = "action must be delete, publish, unpublish, favorite, unfavorite or download")]
    public string? Action { get; init; }

    [Required(ErrorMessage = "image_ids is required")]
    [Length(1, 100, ErrorMessage = "image_ids must have 1 to 100 ids")]
    public IReadOnlyList<string>? ImageIds { get; init; }
}

public sealed record BulkResult(int Done, IReadOnlyList<BulkOutcome> Results);

/// <summary>What became of one image; with <c>download</c> its URL.</summary>
public sealed record BulkOutcome(string ImageId, bool Success, string? Url);
