using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Colonnade.FigureForge;

/// <summary>Bodies that may be left out, also by saying <c>application/json</c> and sending nothing.</summary>
internal static class OptionalBody
{
    /// <summary>Null when there is none.</summary>
    /// <exception cref="BadHttpRequestException">It cannot be read (400).</exception>
    public static async Task<T?> Read<T>(HttpRequest request, CancellationToken stop) where T : class
    {
        if (!request.HasJsonContentType() || request.ContentLength is 0)
            return null;
        try
        {
            return await request.ReadFromJsonAsync<T>(stop);
        }
        catch (JsonException broken)
        {
            throw new BadHttpRequestException("The body cannot be read.", StatusCodes.Status400BadRequest, broken);
        }
    }
}
