using Shouldly;
using Xunit;

namespace Colonnade.Narhub.Tests;

public sealed class AdminUserTests(NarhubApp app) : IClassFixture<NarhubApp>
{
    [Fact]
    public async Task An_operator_finds_users_page_by_page()
    {
        var admin = await app.Operator();
        var needle = $"needle{Guid.CreateVersion7():N}";
        List<Guid> ids = [];
        for (var n = 0; n < 5; n++)
        {
            ids.Add((await app.Register($"{needle}-{n}@example.com")).Id);
            await app.Advance(TimeSpan.FromMilliseconds(1));
        }

        ids.Reverse();

        List<Guid> seen = [];
        var path = $"/api/admin/users?search={needle.ToUpperInvariant()}&limit=2";
        for (var page = 0; page < 3; page++)
        {
            var answer = (await admin.Api.Get(seen.Count == 0 ? path : $"{path}&after={seen[^1]}")).ShouldBe(200);
            seen.AddRange(answer.At("users").EnumerateArray().Select(user => user.GetProperty("id").GetGuid()));
            answer.At("next").ValueKind.ShouldBe(page < 2 ? System.Text.Json.JsonValueKind.String : System.Text.Json.JsonValueKind.Null);
        }

        seen.ShouldBe(ids);
        var user = (await admin.Api.Get($"/api/admin/users/{ids[0]}")).ShouldBe(200).At("user");
        user.Members().ShouldBe(["id", "email", "name", "company", "role", "email_verified", "banned_at", "created_at", "updated_at"]);
        (await admin.Api.Get("/api/admin/users?role=admin")).At("users").EnumerateArray().ShouldAllBe(found => found.GetProperty("role").GetString() == "admin");
    }

    [Theory]
    [InlineData("/api/admin/users?limit=0", "limit")]
    [InlineData("/api/admin/users?limit=201", "limit")]
    [InlineData("/api/admin/users?role=king", "role")]
    [InlineData("/api/admin/users?after=x", "after")]
    public async Task A_wrong_parameter_is_named(string path, string field) => (await (await app.Operator()).Api.Get(path)).ShouldBeInvalid(field);

    [Fact]
    public async Task A_role_and_a_ban_act_at_once_and_can_be_taken_back()
    {
        var admin = await app.Operator();
        var person = await app.Someone();
        var path = $"/api/admin/users/{person.Id}";
        (await person.Api.Get("/api/admin/users")).ShouldBeRefused(403, "FORBIDDEN");
        (await admin.Api.Patch(path, """{"role":"admin"}""")).ShouldBe(200).At("user.role").GetString().ShouldBe("admin");
        (await person.Api.Get("/api/admin/users")).ShouldBe(200);
        (await admin.Api.Patch(path, """{"role":"user"}""")).ShouldBe(200);
        (await person.Api.Get("/api/admin/users")).ShouldBeRefused(403, "FORBIDDEN");
        (await admin.Api.Patch(path, """{"banned":true}""")).ShouldBe(200).At("user.banned_at").GetString().ShouldNotBeNull();
        (await person.Api.Get("/api/cart")).ShouldBeRefused(401, "UNAUTHORIZED");
        (await admin.Api.Patch(path, """{"banned":false}""")).ShouldBe(200);
        await app.SignIn(person.Email);
        (await admin.Api.Patch(path, "{}")).ShouldBe(200);
        (await admin.Api.Patch(path, """{"role":"king"}""")).ShouldBeInvalid("role");
        (await admin.Api.Patch(path, """{"banned":"yes"}""")).ShouldBeInvalid("banned");
    }

    [Fact]
    public async Task Nobody_changes_their_own_role_and_strangers_are_not_found()
    {
        var admin = await app.Operator();
        (await admin.Api.Patch($"/api/admin/users/{admin.Id}", """{"role":"user"}""")).ShouldBeRefused(409, "CONFLICT");
        foreach (var unknown in new[] { Guid.CreateVersion7().ToString(), "x" })
        {
            (await admin.Api.Get($"/api/admin/users/{unknown}")).ShouldBeRefused(404, "NOT_FOUND", "User not found");
            (await admin.Api.Patch($"/api/admin/users/{unknown}", """{"role":"user"}""")).ShouldBeRefused(404, "NOT_FOUND", "User not found");
        }
    }
}
