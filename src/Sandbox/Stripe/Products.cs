using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Colonnade.Sandbox.Stripe;

/// <summary>/v1/products.</summary>
internal static class Products
{
    public static void MapProducts(this IEndpointRouteBuilder v1)
    {
        v1.Write("/products", Create);
        v1.Read("/products", List);
        v1.Read("/products/{id}", static call => call.Objects.Find("product", call.Id));
        v1.Write("/products/{id}", Update);
    }

    public static async Task<JsonObject> Add(StripeCall call, string? id, string name, JsonObject metadata)
    {
        if (id is not null && await call.Objects.TryFind(id) is not null)
            throw StripeRefusal.Invalid("id", "Product already exists.", "resource_already_exists");
        var product = new JsonObject
        {
            ["id"] = id ?? Objects.NewId("prod", 14),
            ["object"] = "product",
            ["active"] = true,
            ["created"] = call.Seconds,
            ["default_price"] = null,
            ["description"] = null,
            ["images"] = new JsonArray(),
            ["livemode"] = false,
            ["marketing_features"] = new JsonArray(),
            ["metadata"] = metadata,
            ["name"] = name,
            ["package_dimensions"] = null,
            ["shippable"] = null,
            ["statement_descriptor"] = null,
            ["tax_code"] = null,
            ["type"] = "service",
            ["unit_label"] = null,
            ["updated"] = call.Seconds,
            ["url"] = null,
        };
        await call.Objects.Add(product);
        await call.Tell("product.created", product);
        return product;
    }

    private static async Task<JsonObject> Create(StripeCall call)
    {
        var product = await Add(call, call.Given.Filled("id"), call.Given.Required("name"), call.Given.Metadata());
        Apply(call, product);
        await call.Objects.Save(product);
        return product;
    }

    private static Task<JsonObject> List(StripeCall call)
    {
        var like = new JsonObject();
        if (call.Given.Flag("active") is { } active)
            like["active"] = active;
        var ids = call.Given.Texts("ids");
        return call.Objects.Page("product", "/v1/products", like, call.Given, ids.Count == 0 ? "true" : "id = any(@Values)", ids);
    }

    private static async Task<JsonObject> Update(StripeCall call)
    {
        var product = await call.Objects.Lock("product", call.Id);
        product["metadata"] = call.Given.Metadata((JsonObject)product["metadata"]!);
        product["updated"] = call.Seconds;
        Apply(call, product);
        await call.Objects.Save(product);
        await call.Tell("product.updated", product);
        return product;
    }

    private static void Apply(StripeCall call, JsonObject product)
    {
        foreach (var name in (string[])["name", "description", "default_price", "url", "unit_label", "statement_descriptor"])
        {
            if (call.Given.Text(name) is { } text)
                product[name] = text.Length == 0 ? null : text;
        }

        if (call.Given.Flag("active") is { } active)
            product["active"] = active;
    }
}
