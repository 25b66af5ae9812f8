using System.Text.Json;
using Colonnade.Testing;
using Shouldly;

namespace Colonnade.Fragrances.Tests;

/// <summary>What every refusal of this product looks like.</summary>
internal static class Envelope
{
    private static readonly string[] Members = ["success", "error", "timestamp", "path"];
    private static readonly string[] MembersOfError = ["code", "message", "details", "field"];

    /// <summary>Asserts a refusal with this status in the document's envelope.</summary>
    public static Answer ShouldBeRefused(this Answer answer, int status)
    {
        answer.ShouldBe(status);
        Flaw(answer).ShouldBeNull();
        return answer;
    }

    /// <summary>What is wrong with the envelope; null when nothing is.</summary>
    public static string? Flaw(Answer answer)
    {
        if (answer.Header("Content-Type") != "application/json; charset=utf-8")
            return $"content type {answer.Header("Content-Type")}";
        if (!answer.Json.EnumerateObject().Select(member => member.Name).SequenceEqual(Members, StringComparer.Ordinal))
            return "members of the envelope";
        if (answer.At("success").ValueKind != JsonValueKind.False)
            return "success";
        if (answer.At("error").EnumerateObject().Any(member => !MembersOfError.Contains(member.Name, StringComparer.Ordinal)))
            return "members of the error";
        if (string.IsNullOrEmpty(answer.At("error.code").GetString()) || answer.At("error.message").ValueKind != JsonValueKind.String)
            return "code or message";
        if (answer.At("timestamp").GetString()!.Length != 24)
            return "timestamp";
        return answer.At("path").GetString()![0] == '/' ? null : "path";
    }
}
