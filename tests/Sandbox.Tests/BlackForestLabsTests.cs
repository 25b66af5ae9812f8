using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Sandbox.Tests;

/// <summary>The protocol of Black Forest Labs, as its clients see it.</summary>
public sealed class BlackForestLabsTests(SandboxApp app) : IClassFixture<SandboxApp>
{
    private Api Api => app.Api.With("x-key", "any");

    [Fact]
    public async Task A_task_is_polled_where_its_answer_says_until_its_picture_can_be_fetched()
    {
        var submitted = (await Api.Post("/bfl/v1/flux-pro-1.1", """{"prompt":"standing figure","width":256,"height":256,"seed":42,"output_format":"png"}""")).ShouldBe(200);
        var path = new Uri(submitted.At("polling_url").GetString()!).PathAndQuery;
        path.ShouldContain(submitted.At("id").GetString()!);
        var pending = (await Api.Get(path)).ShouldBe(200);
        pending.At("status").GetString().ShouldBe("Pending");
        await app.Advance(TimeSpan.FromSeconds(2));
        var ready = (await Api.Get(path)).ShouldBe(200);
        ready.At("status").GetString().ShouldBe("Ready");
        var sample = new Uri(ready.At("result.sample").GetString()!).PathAndQuery;
        var picture = (await app.Api.Get(sample)).ShouldBe(200);
        picture.Header("Content-Type").ShouldBe("image/png");
        (await app.Api.Get(sample)).Bytes.ShouldBe(picture.Bytes);
        await app.Advance(TimeSpan.FromMinutes(10));
        (await app.Api.Get(sample)).ShouldBe(404);
    }

    [Theory]
    [InlineData("sandbox:fail", "Error")]
    [InlineData("sandbox:moderated", "Content Moderated")]
    public async Task A_word_in_the_prompt_decides_how_it_ends(string prompt, string status)
    {
        var submitted = (await Api.Post("/bfl/v1/flux-dev", $$"""{"prompt":"{{prompt}}"}""")).ShouldBe(200);
        await app.Advance(TimeSpan.FromSeconds(2));
        (await Api.Get(new Uri(submitted.At("polling_url").GetString()!).PathAndQuery)).ShouldBe(200).At("status").GetString().ShouldBe(status);
    }

    [Fact]
    public async Task Slow_takes_twenty_seconds()
    {
        var submitted = (await Api.Post("/bfl/v1/flux-2-pro", """{"prompt":"sandbox:slow"}""")).ShouldBe(200);
        var path = new Uri(submitted.At("polling_url").GetString()!).PathAndQuery;
        await app.Advance(TimeSpan.FromSeconds(19));
        (await Api.Get(path)).At("status").GetString().ShouldBe("Pending");
        await app.Advance(TimeSpan.FromSeconds(1));
        (await Api.Get(path)).At("status").GetString().ShouldBe("Ready");
    }

    [Fact]
    public async Task What_is_refused_is_refused_as_the_provider_does()
    {
        (await app.Api.Post("/bfl/v1/flux-dev", """{"prompt":"x"}""")).ShouldBe(403).At("detail").GetString().ShouldBe("Not authenticated");
        (await Api.Post("/bfl/v1/flux-dev", "{}")).ShouldBe(422).At("detail[0].loc[1]").GetString().ShouldBe("prompt");
        (await Api.Post("/bfl/v1/flux-dev", """{"prompt":"x","width":100}""")).ShouldBe(422).At("detail[0].loc[1]").GetString().ShouldBe("width");
        (await Api.Post("/bfl/v1/flux-dev", """{"prompt":"sandbox:broke"}""")).ShouldBe(402);
        (await Api.Post("/bfl/v1/dall-e", """{"prompt":"x"}""")).ShouldBe(404);
        (await Api.Get("/bfl/v1/get_result?id=none")).ShouldBe(404).At("status").GetString().ShouldBe("Task not found");
    }
}
