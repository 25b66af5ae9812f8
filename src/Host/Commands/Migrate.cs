using System.CommandLine;

namespace Colonnade.Host.Commands;

/// <summary>
/// <c>migrate [product…]</c>: brings schemas up to date without serving; for deployments that migrate with a role of
/// its own before the nodes start.
/// </summary>
public static class Migrate
{
    public static Command Command(Settings settings)
    {
        var names = new Argument<string[]>("product")
        {
            Description = "Whose schema; all when none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("migrate", "Brings the database schemas up to date and ends.") { names };
        command.SetAction(async parsed =>
        {
            using var signals = new Signals();
            await Run(settings, Products.Asked(Products.All, parsed.GetValue(names) ?? [], settings), Console.Out, signals.Received);
            return 0;
        });
        return command;
    }

    /// <summary>Migrates one product after the other and tells of each.</summary>
    public static async Task Run(Settings settings, IReadOnlyList<Product> products, TextWriter output, CancellationToken stop)
    {
        await using var foundation = await Foundation.Lay(settings, products, LockHolder.Command, stop);
        foreach (var product in products)
        {
            await using var app = foundation.Build(product);
            var applied = await Foundation.Migrate(app, product, stop);
            await output.WriteLineAsync(applied.Count == 0
                ? $"{product.Name}: up to date"
                : $"{product.Name}: applied {string.Join(", ", applied)}");
        }
    }
}
