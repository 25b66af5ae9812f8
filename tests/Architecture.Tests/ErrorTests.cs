using Colonnade.Platform.Errors;
using Shouldly;
using Xunit;

namespace Colonnade.Architecture.Tests;

public sealed class ErrorTests
{
    public static TheoryData<string, PlatformFailure> Failures
    {
        get
        {
            var failures = new TheoryData<string, PlatformFailure>();
            foreach (var product in House.Products.Keys)
            {
                foreach (var failure in Enum.GetValues<PlatformFailure>())
                    failures.Add(product, failure);
            }

            return failures;
        }
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Every_platform_failure_is_worded_by_every_product(string product, PlatformFailure failure)
    {
        var facts = new FailureFacts
        {
            RequestId = "0HN",
            RetryAfter = TimeSpan.FromSeconds(1),
            Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["field"] = ["is wrong"] },
        };
        var refusal = House.Products[product].Dialect.Word(failure, facts);
        refusal.Status.ShouldBeInRange(400, 599);
        refusal.Code.ShouldNotBeNullOrWhiteSpace();
        refusal.Message.ShouldNotBeNullOrWhiteSpace();
        if (failure is PlatformFailure.RateLimited or PlatformFailure.Overloaded or PlatformFailure.Unavailable or PlatformFailure.IdempotencyRunning)
            refusal.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
    }
}
