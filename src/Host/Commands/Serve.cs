using System.CommandLine;

namespace Colonnade.Host.Commands;

/// <summary><c>serve [product…]</c>: runs products until a signal stops them.</summary>
public static class Serve
{
    public static Command Command(Settings settings)
    {
        var names = new Argument<string[]>("product")
        {
            Description = $"Which to serve; all when none is named: {string.Join(", ", Products.All.Select(product => product.Name.ToLowerInvariant()))}.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command(
            "serve",
            "Starts PostgreSQL when none is configured, migrates, serves until Ctrl-C. Data lies in Colonnade__Data.")
        {
            names,
        };
        command.SetAction(async parsed =>
        {
            using var signals = new Signals();
            var products = Products.Asked(Products.All, parsed.GetValue(names) ?? [], settings);
            return await Serving.Run(settings, products, Console.Out, signals.Received);
        });
        return command;
    }
}
