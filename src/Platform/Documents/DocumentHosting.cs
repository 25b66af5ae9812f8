using Colonnade.Platform.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Documents;

/// <summary>Gives a product documents to print.</summary>
public static class DocumentHosting
{
    // Places of their own, over all products of the process: whoever has documents printed must not keep others from signing in,
    // which waits for the places that hashing passwords takes.
    private static readonly CpuSlots Slots = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Registers <see cref="PdfPrinter"/>. Setting <c>Documents:Weasyprint</c>: where the program is, if not on the <c>PATH</c>.</summary>
    public static IServiceCollection AddDocuments(this IServiceCollection services)
    {
        services.AddSingleton(provider => new Weasyprint(provider.GetRequiredService<IConfiguration>()["Documents:Weasyprint"]));
        services.AddSingleton(provider => new PdfPrinter(Slots, provider.GetRequiredService<Weasyprint>(), provider.GetRequiredService<ILogger<PdfPrinter>>()));
        return services;
    }
}
