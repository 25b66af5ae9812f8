using Colonnade.Narhub.Tests;
using Colonnade.Testing;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Colonnade.Browser.Tests;

/// <summary>A page of another origin uses the TypeScript client: the browser keeps the session's cookie and shows it to nobody.</summary>
[Trait("Category", "Browser")]
public sealed class NarhubClientTests(ListedNarhubApp app, Chromium chromium) : IClassFixture<ListedNarhubApp>, IClassFixture<Chromium>
{
    [Fact]
    public async Task A_listed_page_signs_in_orders_and_signs_out_with_the_browsers_cookie()
    {
        var (_, email) = await app.Register();
        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync(app.Page);
        var seen = await page.EvaluateAsync<string[]>(
            """
            async ({ baseURL, email, password }) => {
              const { Narhub } = await import('/dist/index.js');
              const shop = new Narhub({ baseURL });
              await shop.auth.signIn({ email, password });
              await shop.cart.add((await shop.products.get('vigil-ai')).data.product);
              const { data, headers } = await shop.cart.get();
              const anew = new Narhub({ baseURL });
              const session = (await anew.auth.session()).data;
              const kept = [String(shop.cookies), document.cookie];
              await anew.authJs.signOut();
              const failure = await shop.cart.get().catch(error => error);
              return [data.items[0].name, headers['x-request-id'] === undefined ? 'no name' : 'a name', session.user.email, ...kept, failure.code];
            }
            """, new { baseURL = app.App.Urls.First(), email, password = NarhubApp.Password });
        seen.ShouldBe(["VIGIL AI", "a name", email, "", "", "UNAUTHORIZED"]);
    }

    [Fact]
    public async Task A_page_that_is_not_listed_gets_nowhere()
    {
        var (_, email) = await app.Register();
        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync(app.Stranger);
        var code = await page.EvaluateAsync<string>(
            """
            async ({ baseURL, email, password }) => {
              const { Narhub } = await import('/dist/index.js');
              return await new Narhub({ baseURL, retries: 0 }).auth.signIn({ email, password }).then(() => 'signed in', error => error.code);
            }
            """, new { baseURL = app.App.Urls.First(), email, password = NarhubApp.Password });
        code.ShouldBe("NETWORK_ERROR");
    }
}

/// <summary>Narhub, and a page with the client whose origin it lists.</summary>
public sealed class ListedNarhubApp : NarhubApp, IAsyncLifetime
{
    private static readonly NodePackage Client = new("clients/typescript");
    private Receiver? _page;
    private Receiver? _stranger;

    public string Page => _page!.Url;

    /// <summary>The same page at an origin that is not listed.</summary>
    public string Stranger => _stranger!.Url;

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings, StringComparer.Ordinal)
    {
        ["Narhub:AllowedOrigins:0"] = new Uri(Page).GetLeftPart(UriPartial.Authority),
    };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await Client.Run("npm", ["run", "build"], TestContext.Current.CancellationToken);
        (_page, _stranger) = (await Receiver.Start(), await Receiver.Start());
        _page.Answer(Serve);
        _stranger.Answer(Serve);
        await InitializeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        foreach (var server in new[] { _page, _stranger }.OfType<Receiver>())
            await server.DisposeAsync();
        await DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static Task Serve(HttpContext http)
    {
        var isScript = http.Request.Path.StartsWithSegments("/dist", StringComparison.Ordinal, out var file);
        http.Response.ContentType = isScript ? "text/javascript" : "text/html";
        return isScript ? http.Response.SendFileAsync(Path.Combine(Client.Folder, "dist", file.Value!.TrimStart('/'))) : http.Response.WriteAsync("<!doctype html><title>A page</title>");
    }
}
