using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Colonnade.Platform.Tokens;

/// <summary>
/// The form of our access tokens: a JWT (RFC 7519, profile RFC 9068) signed with ES256 (RFC 7518). We are the only
/// issuer, so there is exactly one spelling of a header for a key, and exactly these claims; everything else is refused
/// (RFC 8725).
/// </summary>
internal sealed record AccessToken
{
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Ours have about 500 characters; what is longer is none of ours and is not looked at.</summary>
    public const int Longest = 2048;

    private const int SignatureCharacters = 86;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 2 };

    public required Guid Account { get; init; }

    public required Guid Session { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>JSON of the only header that tokens signed with <paramref name="key"/> have.</summary>
    public static byte[] HeaderOf(Guid key) => Encoding.UTF8.GetBytes($$"""{"alg":"ES256","typ":"at+jwt","kid":"{{key}}"}""");

    /// <summary>Times are cut to whole seconds.</summary>
    public string Sign(SigningKey key, TokenParties parties)
    {
        var claims = new ArrayBufferWriter<byte>(400);
        using (var json = new Utf8JsonWriter(claims))
        {
            json.WriteStartObject();
            json.WriteString("iss", parties.Issuer);
            json.WriteString("aud", parties.Audience);
            json.WriteString("sub", Account);
            json.WriteString("sid", Session);
            json.WriteNumber("iat", IssuedAt.ToUnixTimeSeconds());
            json.WriteNumber("exp", ExpiresAt.ToUnixTimeSeconds());
            json.WriteString("jti", Guid.CreateVersion7(IssuedAt));
            json.WriteEndObject();
        }

        var signed = key.Header + "." + Base64Url.EncodeToString(claims.WrittenSpan);
        return signed + "." + Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>
    /// The header segment, when <paramref name="token"/> has three segments of the base64url alphabet and a signature of the right length.
    /// </summary>
    public static string? HeaderOf(ReadOnlySpan<char> token)
    {
        if (token.Length > Longest)
            return null;
        var first = token.IndexOf('.');
        var last = token.LastIndexOf('.');
        return first > 0 && last > first + 1 && token.Length - last - 1 == SignatureCharacters && !token[(first + 1)..last].Contains('.')
            ? token[..first].ToString()
            : null;
    }

    /// <summary>What <paramref name="token"/> says, if <paramref name="key"/> signed it for these parties; null otherwise. Says nothing of time.</summary>
    /// <param name="token">Begins with the key's header.</param>
    /// <param name="key">Found by that header.</param>
    /// <param name="parties">Who must have issued it, and for whom.</param>
    public static AccessToken? Read(ReadOnlySpan<char> token, SigningKey key, TokenParties parties)
    {
        var last = token.LastIndexOf('.');
        if (!TryDecode(token[(last + 1)..], out var signature) || signature.Length != SigningKey.SignatureLength
            || !TryDecode(token[(key.Header.Length + 1)..last], out var claims))
            return null;
        Span<byte> signed = stackalloc byte[Longest];
        var length = Encoding.ASCII.GetBytes(token[..last], signed);
        return key.Verifies(signed[..length], signature) ? ReadClaims(claims, parties) : null;
    }

    private static AccessToken? ReadClaims(byte[] claims, TokenParties parties)
    {
        try
        {
            using var document = JsonDocument.Parse(claims, Strict);
            var json = document.RootElement;
            return json.ValueKind == JsonValueKind.Object && json.GetPropertyCount() == 7
                && Text(json, "iss") == parties.Issuer && Text(json, "aud") == parties.Audience
                && Id(json, "sub") is { } account && Id(json, "sid") is { } session && Id(json, "jti") is not null
                && Time(json, "iat") is { } issued && Time(json, "exp") is { } expires && issued < expires
                ? new AccessToken { Account = account, Session = session, IssuedAt = issued, ExpiresAt = expires }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Guid? Id(JsonElement json, string name) => Guid.TryParseExact(Text(json, name), "D", out var id) ? id : null;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
            && value.GetRawText() == seconds.ToString(CultureInfo.InvariantCulture) && seconds is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>Base64url without padding, white space, or bits that say nothing: one text for one value.</summary>
    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text, out var length))
            return false;
        bytes = new byte[length];
        return Base64Url.TryDecodeFromChars(text, bytes, out _) && text.SequenceEqual(Base64Url.EncodeToString(bytes));
    }
}
