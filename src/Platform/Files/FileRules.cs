using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Colonnade.Platform.Files;

/// <summary>What a product takes in.</summary>
/// <param name="Types">The allow-list.</param>
public sealed record FileRules(IReadOnlyList<FileType> Types)
{
    /// <summary>The longest file, in bytes.</summary>
    public long MostBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>What one account may have stored at a time, in bytes.</summary>
    public long QuotaBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>How many files one account may have stored at a time.</summary>
    public int QuotaFiles { get; init; } = 2_000;
}

/// <summary>Gives a product its files.</summary>
public static class FilesHosting
{
    /// <summary>
    /// Registers <see cref="ProductFiles"/>. Files lie in <c>Files:Directory</c>, by default <c>files/&lt;product&gt;</c> of the data
    /// directory, or in S3 when <c>Files:S3:ServiceUrl</c> is set; <c>Files:ClamAv</c> has each scanned for viruses. Serve them with <see cref="FileRoutes.MapFiles"/>.
    /// </summary>
    public static IServiceCollection AddFiles(this IServiceCollection services, FileRules rules)
    {
        services.AddSingleton(rules);
        services.AddSingleton(static provider => Storage(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<ProductIdentity>()));
        services.AddSingleton<ImageTools>();
        services.AddSingleton(provider => new ProductFiles(
            provider.GetRequiredService<ProductDatabase>(), provider.GetRequiredService<FileStorage>(), rules, provider.GetRequiredService<TimeProvider>(),
            VirusScanner.Of(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<ILogger<VirusScanner>>()), provider.GetRequiredService<ILogger<ProductFiles>>()));
        services.AddSingleton(provider => new FileLinks(provider.GetRequiredService<ProductKeys>(), provider.GetRequiredService<PublicUrl>(), provider.GetRequiredService<TimeProvider>()));
        return services.AddJobs(static kinds => kinds.Add<MakeThumbnails>().Add<RemoveFile>().Every<SweepFiles>(TimeSpan.FromHours(1)));
    }

    private static FileStorage Storage(IConfiguration configuration, ProductIdentity product)
    {
        var directory = configuration["Files:Directory"] is { Length: > 0 } set ? Path.GetFullPath(set)
            : Path.Combine(configuration["Colonnade:Data"] is { Length: > 0 } data ? Path.GetFullPath(data) : Path.GetFullPath("data"), "files", product.Schema);
        return string.IsNullOrEmpty(configuration["Files:S3:ServiceUrl"])
            ? new DiskStorage(directory)
            : new S3Storage(configuration.GetSection("Files:S3"), product.Schema, Path.Combine(directory, "incoming"));
    }
}
