using System.Text.Encodings.Web;
using System.Text.Json;
using Shouldly;

namespace Colonnade.Testing;

/// <summary>
/// Files of <c>contracts/</c> that say what a product serves: others generate code from them, so that no change goes unseen.
/// With <c>RENEW_SNAPSHOTS=1</c> in the environment a test writes its file instead of comparing it.
/// </summary>
public static class Snapshot
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Asserts that <paramref name="file"/> holds <paramref name="served"/>, however it is indented.</summary>
    /// <param name="served">What the product serves.</param>
    /// <param name="file">Its name in <c>contracts/</c>.</param>
    public static void ShouldMatch(JsonElement served, string file)
    {
        var path = Path.Combine(SourceTree.Root, "contracts", file);
        var text = JsonSerializer.Serialize(served, Indented) + "\n";
        if (Environment.GetEnvironmentVariable("RENEW_SNAPSHOTS") == "1")
            File.WriteAllText(path, text);
        File.ReadAllText(path).ShouldBe(text, $"contracts/{file} is not what is served. If that is meant, renew it: clients/typescript/README.md, \"When a product changes\".");
    }
}
