using System.Text.Json.Nodes;

namespace Colonnade.Sandbox.Stripe;

/// <summary>
/// An error as Stripe's API words it. Thrown from wherever a call finds out, through any depth of lookups, and caught in one
/// place (<see cref="StripeRoutes"/>), which rolls back and answers.
/// </summary>
internal sealed class StripeRefusal(int status, JsonObject error) : Exception((string?)error["message"])
{
    public int Status { get; } = status;

    /// <summary>What stands under <c>error</c>.</summary>
    public JsonObject Error { get; } = error;

    /// <summary>Whether what was done up to now stays done: a decline is a fact, the rest were mistakes.</summary>
    public bool IsFact { get; init; }

    public static StripeRefusal Invalid(string? parameter, string message, string? code = null, int status = 400) =>
        new(status, Body("invalid_request_error", code, message, parameter));

    public static StripeRefusal Missing(string parameter) =>
        Invalid(parameter, $"Missing required param: {parameter}.", "parameter_missing");

    public static StripeRefusal Unknown(string kind, string id, string? parameter = "id") =>
        Invalid(parameter, $"No such {kind}: '{id}'", "resource_missing", 404);

    public static StripeRefusal BadKey(string message) => Invalid(null, message, null, 401);

    public static StripeRefusal IdempotencyMismatch(string key) => new(400, Body(
        "idempotency_error", null,
        $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request.", null));

    public static StripeRefusal IdempotencyRunning(string key) => new(409, Body(
        "idempotency_error", "idempotency_key_in_use", $"There is currently another in-progress request using this Idempotent Key: {key}.", null));

    public static StripeRefusal LockTimeout() => new(409, Body(
        "invalid_request_error", "lock_timeout", "This object cannot be accessed right now because another API request is currently accessing it.", null));

    /// <summary>402: the bank refused, or wants to hear from the payer.</summary>
    public static StripeRefusal Card(CardDecline decline, JsonObject? intent, string? charge, bool isFact)
    {
        var error = Body("card_error", decline.Code, decline.Message, null);
        error["decline_code"] = decline.DeclineCode;
        error["charge"] = charge;
        error["payment_intent"] = intent?.DeepClone();
        return new StripeRefusal(402, error) { IsFact = isFact };
    }

    private static JsonObject Body(string type, string? code, string message, string? parameter)
    {
        var body = new JsonObject { ["type"] = type, ["message"] = message };
        if (code is not null)
        {
            body["code"] = code;
            body["doc_url"] = $"https://stripe.com/docs/error-codes/{code.Replace('_', '-')}";
        }

        if (parameter is not null)
            body["param"] = parameter;
        return body;
    }
}
