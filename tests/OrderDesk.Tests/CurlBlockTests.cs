using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.OrderDesk.Tests;

/// <summary>The document's example commands in their order, against a fresh server with every limit on.</summary>
[Collection(nameof(CurlBlock))]
public sealed class CurlBlockTests(LimitedApp app) : IClassFixture<LimitedApp>
{
    [Fact]
    public async Task Every_command_runs_as_printed()
    {
        var expected = new (int Status, string? Code, string? Message)[]
        {
            (201, null, "User created successfully"),
            (200, null, "Login successful"),
            (200, null, "Reset code sent to email"),
            (200, null, "Reset code sent to email"),
            (400, "INVALID_RESET_CODE", null),
            (400, "INVALID_VERIFICATION_CODE", null),
            (200, null, "Verification code sent successfully"),
            (404, "CONFIRMATION_TOKEN_NOT_FOUND", null),
            (200, null, "Confirmation email sent successfully"),
            (404, "USER_NOT_FOUND", null),
            (404, "USER_NOT_FOUND", null),
            (404, "USER_NOT_FOUND", null),
            (201, null, "Order created successfully"),
            (404, "ORDER_NOT_FOUND", null),
            (404, "ORDER_NOT_FOUND", null),
            (404, "ORDER_NOT_FOUND", null),
        };
        CurlBlock.Calls.Count.ShouldBe(expected.Length);
        foreach (var (call, outcome) in CurlBlock.Calls.Zip(expected))
        {
            var answer = await Run(app, call, call.Path, call.Body);
            answer.Status.ShouldBe(outcome.Status, $"{call.Title}: {answer.Text}");
            if (outcome.Code is not null)
                answer.ShouldBeRefused(outcome.Status, outcome.Code);
            else
                answer.At("message").GetString().ShouldBe(outcome.Message, call.Title);
        }
    }

    internal static Task<Answer> Run(OrderDeskApp app, CurlCall call, string path, string? body) =>
        (call.Token is null ? app.Api : app.Api.WithBearer(call.Token)).Send(call.Method, path, body);
}

[Collection(nameof(CurlBlock))]
public sealed class CurlBlockWithCodesTests(LimitedApp app) : IClassFixture<LimitedApp>
{
    [Fact]
    public async Task Every_command_succeeds_with_the_mailed_codes_and_the_answered_ids()
    {
        const string email = "test@example.com";
        var expected = new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["Register a new user"] = 201,
            ["Create order (requires auth)"] = 201,
            // What was verified once is not verified again, and nobody was mailed the document's UUID.
            ["Resend Verification Code"] = 400,
            ["Register Confirmation"] = 404,
            ["Resend Confirmation Email"] = 400,
        };
        string user = "", order = "";
        foreach (var call in CurlBlock.Calls)
        {
            var body = call.Title switch
            {
                "Reset Password" => call.Body!.Replace("123456", await app.ResetCode(email), StringComparison.Ordinal),
                "Verify Email" => call.Body!.Replace("123456", await app.VerificationCode(email), StringComparison.Ordinal),
                _ => call.Body,
            };
            var path = call.Path.Replace("USER_ID_HERE", user, StringComparison.Ordinal).Replace("ORDER_ID_HERE", order, StringComparison.Ordinal);
            var answer = await CurlBlockTests.Run(app, call, path, body);
            answer.Status.ShouldBe(expected.GetValueOrDefault(call.Title, 200), $"{call.Title}: {answer.Text}");
            if (call.Title == "Register a new user")
                user = answer.At("data.userId").GetString()!;
            if (call.Title == "Create order (requires auth)")
                order = answer.At("data.orderId").GetString()!;
        }
    }
}
