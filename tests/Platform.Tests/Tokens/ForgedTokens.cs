using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Colonnade.Platform.Tests.Tokens;

/// <summary>Tokens that are almost right. Each is made from a good token and, where that helps a forger, with the product's own key.</summary>
internal sealed class ForgedTokens(string good, ECDsa own, string ownKeyId)
{
    private readonly string[] _parts = good.Split('.');

    private JsonObject Claims => JsonNode.Parse(Base64Url.DecodeFromChars(_parts[1]))!.AsObject();

    /// <summary>The good claims under the good header, signed again: must be accepted, or the table below proves nothing.</summary>
    public string Control => Sign(Header(), Claims.ToJsonString());

    public IEnumerable<(string Name, string Token)> All()
    {
        foreach (var none in new[] { "none", "None", "NONE", "nOnE", "" })
        {
            yield return ($"alg {none}, no signature", Text(Header(alg: none)) + "." + _parts[1] + ".");
            yield return ($"alg {none}, the old signature", Text(Header(alg: none)) + "." + _parts[1] + "." + _parts[2]);
            yield return ($"alg {none}, signed", Sign(Header(alg: none), Claims.ToJsonString()));
        }

        var spki = own.ExportSubjectPublicKeyInfo();
        yield return ("HS256 under the public key's DER", Hmac(Header(alg: "HS256"), spki));
        yield return ("HS256 under the public key's PEM", Hmac(Header(alg: "HS256"), Encoding.ASCII.GetBytes(own.ExportSubjectPublicKeyInfoPem())));
        yield return ("HS256 under nothing", Hmac(Header(alg: "HS256"), []));
        foreach (var other in new[] { "RS256", "ES384", "ES512", "ES256K", "PS256", "EdDSA", "es256" })
            yield return ($"alg {other}, signed with ES256", Sign(Header(alg: other), Claims.ToJsonString()));

        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = foreign.ExportParameters(false).Q;
        var jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
        yield return ("another key under our kid", Sign(Header(), Claims.ToJsonString(), foreign));
        yield return ("an embedded jwk", Sign(Header(more: $",\"jwk\":{jwk}"), Claims.ToJsonString(), foreign));
        yield return ("an embedded jwk, our key", Sign(Header(more: $",\"jwk\":{jwk}"), Claims.ToJsonString()));
        yield return ("a jku", Sign(Header(more: ",\"jku\":\"https://evil.example/jwks.json\""), Claims.ToJsonString()));
        yield return ("an x5u", Sign(Header(more: ",\"x5u\":\"https://evil.example/cert.pem\""), Claims.ToJsonString()));
        yield return ("an x5c", Sign(Header(more: ",\"x5c\":[\"AAAA\"]"), Claims.ToJsonString()));
        yield return ("an unknown kid", Sign(Header(kid: Guid.CreateVersion7().ToString()), Claims.ToJsonString()));
        yield return ("a kid that is a path", Sign(Header(kid: "../../../../dev/null"), Claims.ToJsonString()));
        yield return ("a kid that is SQL", Sign(Header(kid: "' or 1=1 --"), Claims.ToJsonString()));
        yield return ("a kid in capitals", Sign(Header(kid: ownKeyId.ToUpperInvariant()), Claims.ToJsonString()));
        yield return ("no kid", Sign("""{"alg":"ES256","typ":"at+jwt"}""", Claims.ToJsonString()));
        yield return ("typ JWT", Sign(Header(typ: "JWT"), Claims.ToJsonString()));
        yield return ("typ in capitals", Sign(Header(typ: "AT+JWT"), Claims.ToJsonString()));
        yield return ("no typ", Sign($$"""{"alg":"ES256","kid":"{{ownKeyId}}"}""", Claims.ToJsonString()));
        yield return ("crit", Sign(Header(more: ",\"crit\":[\"exp\"]"), Claims.ToJsonString()));
        yield return ("b64 false", Sign(Header(more: ",\"crit\":[\"b64\"],\"b64\":false"), Claims.ToJsonString()));
        yield return ("zip", Sign(Header(more: ",\"zip\":\"DEF\""), Claims.ToJsonString()));
        yield return ("two algs, ours last", Sign($$"""{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"{{ownKeyId}}"}""", Claims.ToJsonString()));
        yield return ("two algs, ours first", Sign($$"""{"alg":"ES256","typ":"at+jwt","kid":"{{ownKeyId}}","alg":"none"}""", Claims.ToJsonString()));
        yield return ("white space in the header", Sign($$"""{ "alg": "ES256", "typ": "at+jwt", "kid": "{{ownKeyId}}" }""", Claims.ToJsonString()));
        yield return ("a header that is no object", Sign("\"ES256\"", Claims.ToJsonString()));

        foreach (var name in new[] { "iss", "aud", "sub", "sid", "iat", "exp", "jti" })
        {
            yield return ($"no {name}", Changed(claims => claims.Remove(name)));
            yield return ($"{name} null", Changed(claims => claims[name] = null));
            yield return ($"{name} an object", Changed(claims => claims[name] = new JsonObject()));
        }

        yield return ("another product's aud", Changed(claims => claims["aud"] = "fragrances"));
        yield return ("aud in a list", Changed(claims => claims["aud"] = new JsonArray("dummy", "fragrances")));
        yield return ("another issuer", Changed(claims => claims["iss"] = "https://evil.example"));
        yield return ("another account", Changed(claims => claims["sub"] = Guid.CreateVersion7().ToString()));
        yield return ("another session", Changed(claims => claims["sid"] = Guid.CreateVersion7().ToString()));
        yield return ("a session that is no id", Changed(claims => claims["sid"] = "' or 1=1 --"));
        yield return ("exp as text", Changed(claims => claims["exp"] = claims["exp"]!.GetValue<long>().ToString(System.Globalization.CultureInfo.InvariantCulture)));
        yield return ("exp negative", Changed(claims => claims["exp"] = -1));
        yield return ("exp zero", Changed(claims => claims["exp"] = 0));
        yield return ("exp with decimals", Sign(Header(), Claims.ToJsonString().Replace(",\"jti\"", ".5,\"jti\"", StringComparison.Ordinal)));
        yield return ("exp with an exponent", Sign(Header(), Claims.ToJsonString().Replace(",\"jti\"", "e0,\"jti\"", StringComparison.Ordinal)));
        yield return ("exp beyond time", Changed(claims => claims["exp"] = long.MaxValue));
        yield return ("exp too large for a number", Sign(Header(), Claims.ToJsonString().Replace(",\"jti\"", "99999999999999999999,\"jti\"", StringComparison.Ordinal)));
        yield return ("expired", Changed(claims => claims["exp"] = claims["iat"]!.GetValue<long>() - 31));
        yield return ("issued after it expires", Changed(claims => claims["iat"] = claims["exp"]!.GetValue<long>() + 1));
        yield return ("issued in the future", Changed(claims => claims["iat"] = claims["iat"]!.GetValue<long>() + 31));
        yield return ("nbf in the future", Changed(claims => claims["nbf"] = claims["exp"]!.GetValue<long>()));
        yield return ("a claim more", Changed(claims => claims["role"] = "admin"));
        yield return ("two exps", Sign(Header(), Claims.ToJsonString().Replace("{\"iss\"", "{\"exp\":9999999999,\"iss\"", StringComparison.Ordinal)));
        yield return ("garbage after the claims", Sign(Header(), Claims.ToJsonString() + "x"));
        yield return ("two claim sets", Sign(Header(), Claims.ToJsonString() + Claims.ToJsonString()));
        yield return ("claims in a list", Sign(Header(), "[" + Claims.ToJsonString() + "]"));
        yield return ("claims deeply nested", Sign(Header(), new string('[', 500)));
        yield return ("no claims", Text(Header()) + ".." + _parts[2]);
        yield return ("claims that are not UTF-8", SignSegments(Text(Header()), Base64Url.EncodeToString([0xff, 0xfe]), own));

        yield return ("no signature", _parts[0] + "." + _parts[1] + ".");
        yield return ("two segments", _parts[0] + "." + _parts[1]);
        yield return ("four segments", good + "." + _parts[2]);
        yield return ("five segments, as JWE", good + ".AAAA.AAAA");
        yield return ("trailing garbage", good + "A");
        yield return ("trailing space", good + " .");
        yield return ("padding", good + "==");
        yield return ("padding in the middle", _parts[0] + "=." + _parts[1] + "." + _parts[2]);
        yield return ("base64 instead of base64url", _parts[0] + "." + _parts[1] + "." + _parts[2][..^1] + "+");
        yield return ("a line break", _parts[0] + "." + _parts[1] + "%0A." + _parts[2]);
        yield return ("spare bits in the signature", good[..^1] + NextCharacter(good[^1]));
        yield return ("a signature as DER", _parts[0] + "." + _parts[1] + "." + Base64Url.EncodeToString(own.SignData(Encoding.ASCII.GetBytes(_parts[0] + "." + _parts[1]), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        yield return ("a signature of zeros", _parts[0] + "." + _parts[1] + "." + Base64Url.EncodeToString(new byte[64]));
        yield return ("a signature of one bit less", Flipped(_parts[2]));
        yield return ("signed with SHA-512", _parts[0] + "." + _parts[1] + "." + Base64Url.EncodeToString(own.SignData(Encoding.ASCII.GetBytes(_parts[0] + "." + _parts[1]), HashAlgorithmName.SHA512)));
        yield return ("9 KB", Changed(claims => claims["jti"] = new string('a', 9 * 1024 * 3 / 4)));
        yield return ("nothing", "");
        yield return ("a dot", ".");
        yield return ("two dots", "..");
        yield return ("letters", "not-a-token");
    }

    private string Header(string alg = "ES256", string typ = "at+jwt", string? kid = null, string more = "") =>
        $$"""{"alg":"{{alg}}","typ":"{{typ}}","kid":"{{kid ?? ownKeyId}}"{{more}}}""";

    private static string Text(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private string Changed(Action<JsonObject> change)
    {
        var claims = Claims;
        change(claims);
        return Sign(Header(), claims.ToJsonString());
    }

    private string Sign(string header, string claims, ECDsa? key = null) => SignSegments(Text(header), Text(claims), key ?? own);

    private static string SignSegments(string header, string claims, ECDsa key) =>
        header + "." + claims + "." + Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(header + "." + claims), HashAlgorithmName.SHA256));

    private string Hmac(string header, byte[] key)
    {
        var signed = Text(header) + "." + _parts[1];
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)));
    }

    private string Flipped(string signature)
    {
        var bytes = Base64Url.DecodeFromChars(signature);
        bytes[40] ^= 1;
        return _parts[0] + "." + _parts[1] + "." + Base64Url.EncodeToString(bytes);
    }

    private static char NextCharacter(char last)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return Alphabet[Alphabet.IndexOf(last, StringComparison.Ordinal) | 1];
    }
}
