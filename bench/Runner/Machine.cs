using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace Colonnade.Bench;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static async Task<string> Describe(string database, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var version = source.CreateCommand("select current_setting('server_version') || ', fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')");
        var postgres = (string)(await version.ExecuteScalarAsync(stop))!;
        return $"{Describe()}, PostgreSQL {postgres}";
    }

    public static string Describe()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores ({Processor()}), {memory:0} GB of memory, {RuntimeInformation.FrameworkDescription}");
    }

    private static string Processor() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
}
