using System.Text.RegularExpressions;

namespace Colonnade.OrderDesk.Tests;

/// <summary>One call of the document's "Testing" section.</summary>
public sealed record CurlCall(string Title, string Method, string Path, string? Token, string? Body);

/// <summary>The document's own example commands, word for word, and what they say.</summary>
internal static partial class CurlBlock
{
    public static IReadOnlyList<CurlCall> Calls { get; } = [.. Text.Replace("\\\n", " ", StringComparison.Ordinal)
        .Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Read)];

    private static CurlCall Read(string command)
    {
        var line = Command().Match(command);
        var token = Authorization().Match(command);
        var body = Data().Match(command);
        return new CurlCall(line.Groups["title"].Value, line.Groups["method"].Value, line.Groups["path"].Value,
            token.Success ? token.Groups["token"].Value : null, body.Success ? body.Groups["body"].Value : null);
    }

    [GeneratedRegex(@"^\# (?<title>.*)\ncurl -X (?<method>[A-Z]+) http://localhost:3002(?<path>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();

    [GeneratedRegex("-H \"Authorization: Bearer (?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Authorization();

    [GeneratedRegex("-d '(?<body>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Data();

    private const string Text =
        """
        # Register a new user
        curl -X POST http://localhost:3002/api/auth/register \
          -H "Content-Type: application/json" \
          -d '{"email":"test@example.com","password":"password123"}'

        # Login
        curl -X POST http://localhost:3002/api/auth/login \
          -H "Content-Type: application/json" \
          -d '{"email":"test@example.com","password":"password123"}'

        # Forgot Password
        curl -X POST http://localhost:3002/api/auth/forgot-password \
          -H "Content-Type: application/json" \
          -d '{"email":"test@example.com"}'

        # Send Reset Code
        curl -X POST http://localhost:3002/api/auth/send-reset-code \
          -H "Content-Type: application/json" \
          -d '{"email":"test@example.com"}'

        # Reset Password
        curl -X POST http://localhost:3002/api/auth/reset-password \
          -H "Content-Type: application/json" \
          -d '{"email":"test@example.com","code":"123456","newPassword":"newpassword123"}'

        # Verify Email
        curl -X POST http://localhost:3002/api/auth/verify-email \
          -H "Content-Type: application/json" \
          -d '{"email":"test@example.com","code":"123456"}'

        # Resend Verification Code
        curl -X POST http://localhost:3002/api/auth/resend-verification-code \
          -H "Content-Type: application/json" \
          -d '{"email":"test@example.com"}'

        # Register Confirmation
        curl -X POST http://localhost:3002/api/auth/register-confirmation \
          -H "Content-Type: application/json" \
          -d '{"uuid":"a1b2c3d4-5e6f-7g8h-9i0j-k1l2m3n4o5p6"}'

        # Resend Confirmation Email
        curl -X POST http://localhost:3002/api/auth/resend-confirmation-email \
          -H "Content-Type: application/json" \
          -d '{"email":"test@example.com"}'

        # Get user data (requires auth)
        curl -X GET http://localhost:3002/api/user/USER_ID_HERE \
          -H "Authorization: Bearer your_secret_bearer_token_here"

        # Update user (requires auth)
        curl -X PATCH http://localhost:3002/api/user/USER_ID_HERE \
          -H "Authorization: Bearer your_secret_bearer_token_here" \
          -H "Content-Type: application/json" \
          -d '{"email":"newemail@example.com"}'

        # Delete user (requires auth)
        curl -X DELETE http://localhost:3002/api/user/USER_ID_HERE \
          -H "Authorization: Bearer your_secret_bearer_token_here"

        # Create order (requires auth)
        curl -X POST http://localhost:3002/api/order \
          -H "Authorization: Bearer your_secret_bearer_token_here" \
          -H "Content-Type: application/json" \
          -d '{"title":"Premium Package","price":"99.99","link":"https://example.com/product","status":"active"}'

        # Get order data (requires auth)
        curl -X GET http://localhost:3002/api/order/ORDER_ID_HERE \
          -H "Authorization: Bearer your_secret_bearer_token_here"

        # Update order (requires auth)
        curl -X PATCH http://localhost:3002/api/order/ORDER_ID_HERE \
          -H "Authorization: Bearer your_secret_bearer_token_here" \
          -H "Content-Type: application/json" \
          -d '{"status":"draft","price":"149.99"}'

        # Delete order (requires auth)
        curl -X DELETE http://localhost:3002/api/order/ORDER_ID_HERE \
          -H "Authorization: Bearer your_secret_bearer_token_here"
        """;
}
