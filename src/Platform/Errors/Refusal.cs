using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Colonnade.Platform.Errors;

/// <summary>
/// One refusal in the words of a product, before its envelope: what the product's errors file makes and
/// what its <see cref="Dialect"/> writes.
/// </summary>
/// <param name="Status">HTTP status, 400–599.</param>
/// <param name="Code">The machine-readable code as the product's document spells it.</param>
/// <param name="Message">What a person may read. Never holds a secret, SQL or a file name.</param>
/// <param name="Field">JSON path of the one field at fault, if it is one.</param>
/// <param name="Details">More, in a shape the product documents; null for none.</param>
/// <param name="RetryAfter">When set, the answer carries <c>Retry-After</c>, in whole seconds rounded up.</param>
public sealed record Refusal(
    int Status, string Code, string Message, string? Field = null, object? Details = null, TimeSpan? RetryAfter = null)
{
    internal const string Extension = "refusal";

    /// <summary>The value a handler returns. Fresh at each call: customisation may change it.</summary>
    public ProblemHttpResult AsResult() => TypedResults.Problem(new ProblemDetails
    {
        Status = Status,
        Title = Code,
        Detail = Message,
        Extensions = { [Extension] = this },
    });

    /// <summary>The refusal behind a result that <see cref="AsResult"/> made.</summary>
    internal static Refusal Of(ProblemHttpResult result) => (Refusal)result.ProblemDetails.Extensions[Extension]!;
}
