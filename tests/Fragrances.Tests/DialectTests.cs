using Colonnade.Testing;
using Xunit;

namespace Colonnade.Fragrances.Tests;

public sealed class DialectTests(FragrancesApp app) : DialectTheory(app), IClassFixture<FragrancesApp>
{
    protected override string OpenPost => "/api/auth/login";

    protected override string ClosedGet => "/api/user/profile";

    protected override string Table => "profiles";

    protected override async Task<Api> SignedIn() => (await app.Someone()).Api;

    protected override void ShouldBeInTheDialect(Answer answer, int status) => answer.ShouldBeRefused(status);
}
