using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Control;

/// <summary>Answers a body that lies in memory: the limit of what any route can reach.</summary>
internal static class Memory
{
    public static void MapMemory(this IEndpointRouteBuilder app, string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.json"))
        {
            var body = File.ReadAllBytes(file);
            app.MapGet("/memory/" + Path.GetFileNameWithoutExtension(file), http =>
            {
                http.Response.ContentType = "application/json; charset=utf-8";
                http.Response.ContentLength = body.Length;
                return http.Response.Body.WriteAsync(body).AsTask();
            });
        }
    }
}
