using Colonnade.Mannequin;

namespace Colonnade.Bench.Mannequin;

/// <summary>All scenes on one sheet: <c>docs/figures.png</c>.</summary>
internal static class ContactSheet
{
    private const int Across = 6, Width = 264, Height = 352, Gap = 4;

    public static async Task Write(string path, CancellationToken stop)
    {
        var down = (Scenes.All.Count + Across - 1) / Across;
        var sheet = new Picture(Across * (Width + Gap) + Gap, down * (Height + Gap) + Gap);
        sheet.Pixels.AsSpan().Fill(0xF4);
        foreach (var (number, scene) in Scenes.All.Index())
        {
            var picture = Renderer.Render(scene with { Width = Width, Height = Height }, stop: stop);
            sheet.Paste(picture, Gap + number % Across * (Width + Gap), Gap + number / Across * (Height + Gap));
        }

        await File.WriteAllBytesAsync(path, sheet.ToPng(), stop);
    }
}
