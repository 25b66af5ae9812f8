namespace Colonnade.Testing;

/// <summary>The files these tests were built from.</summary>
public static class SourceTree
{
    /// <summary>The folder of <c>Colonnade.slnx</c>.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Colonnade.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run from a build below the folder of Colonnade.slnx.");
        return folder.FullName;
    }
}
