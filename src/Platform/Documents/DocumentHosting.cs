using Colonnade.Platform.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Colonnade.Platform.Documents;

/// <summary>Gives a product documents to print.</summary>
public static class DocumentHosting
{
    /// <summary>Registers <see cref="PdfPrinter"/>. Setting <c>Documents:Weasyprint</c>: where the program is, if not on the <c>PATH</c>.</summary>
    public static IServiceCollection AddDocuments(this IServiceCollection services)
    {
        services.TryAddSingleton(CpuSlots.OfThisProcess);
        services.AddSingleton(provider => new Weasyprint(provider.GetRequiredService<IConfiguration>()["Documents:Weasyprint"]));
        services.AddSingleton<PdfPrinter>();
        return services;
    }
}
