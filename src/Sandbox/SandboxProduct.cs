using System.Text.Json;
using Colonnade.Platform.Web;
using Colonnade.Sandbox.BlackForestLabs;
using Colonnade.Sandbox.Mailbox;
using Colonnade.Sandbox.Stripe;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Colonnade.Sandbox;

/// <summary>Stands in for the third parties, over their real protocols. Development only: nothing here asks who calls.</summary>
public static class SandboxProduct
{
    public static readonly ProductIdentity Identity = new("Sandbox", 3005, typeof(SandboxProduct).Assembly);

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        if (!builder.Environment.IsDevelopment())
            throw new InvalidOperationException("The Sandbox stands in for third parties and runs in Development only.");
        builder.AddProduct(Identity, new SandboxErrors(), JsonNamingPolicy.CamelCase);
        // Called here, not only in the platform: validators are generated into the assembly of the call.
        builder.Services.AddValidation();
        builder.Services.AddStripe();

        var app = builder.Build();
        app.UseProduct();
        app.MapIndex();
        app.MapMessages();
        app.MapMailPages();
        app.MapStripe();
        app.MapBlackForestLabs();
        return app;
    }
}
