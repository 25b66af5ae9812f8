using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Security.Cryptography;
using Colonnade.Platform.Database;
using Colonnade.Platform.Keys;

namespace Colonnade.Platform.Tokens;

/// <summary>
/// The product's keys for access tokens (ECDSA, P-256), shared by all nodes. One signs; retired ones verify until what
/// they signed has expired.
/// </summary>
/// <remarks>
/// A node learns of a change by <c>NOTIFY</c>, and at the latest from a token that names a key it does not know: then it
/// reads the keys again, at most 20 times a second.
/// </remarks>
public sealed class SigningKeys : IDisposable
{
    private const string Purpose = "access-tokens";
    private const int ReloadsPerSecond = 20;

    private readonly ProductKeys _keys;
    private readonly TokenRules _rules;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile Ring? _ring;
    private volatile bool _isStale;
    private readonly Lock _counting = new();
    private long _second;
    private int _reloads;

    public SigningKeys(ProductKeys keys, TokenRules rules, TimeProvider time, Listener listener)
    {
        _keys = keys;
        _rules = rules;
        _time = time;
        listener.Subscribe("keys", purpose => _isStale |= purpose == Purpose, () => _isStale = true);
    }

    /// <summary>
    /// Retires the signing key and makes another. No token is refused for it: those signed before stay good until they
    /// expire, and other nodes know the new key as soon as they see it. To disown a key that leaked, delete its row.
    /// </summary>
    public async Task Rotate(CancellationToken stop)
    {
        await Current(stop);
        await _keys.Rotate(Purpose, NewKey, stop);
        _isStale = true;
    }

    /// <summary>The one that signs now.</summary>
    internal async ValueTask<SigningKey> Active(CancellationToken stop) => (await Current(stop)).Active;

    /// <summary>Every key whose tokens may still be good.</summary>
    internal async ValueTask<IReadOnlyCollection<SigningKey>> Published(CancellationToken stop) => (await Current(stop)).ByHeader.Values;

    /// <summary>The key whose tokens begin with <paramref name="header"/>, or null.</summary>
    internal async ValueTask<SigningKey?> Find(string header, CancellationToken stop)
    {
        var ring = await Current(stop);
        if (ring.ByHeader.TryGetValue(header, out var key))
            return key;
        // Only what could name a key of ours is worth a look into the database.
        if (header.Length != ring.Active.Header.Length || !MayReload())
            return null;
        _isStale = true;
        return (await Current(stop)).ByHeader.GetValueOrDefault(header);
    }

    public void Dispose()
    {
        _loading.Dispose();
        foreach (var key in _ring?.ByHeader.Values ?? [])
            key.Dispose();
    }

    private static byte[] NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    /// <summary>Bounds what tokens with invented keys can make this node ask.</summary>
    private bool MayReload()
    {
        var second = Stopwatch.GetTimestamp() / Stopwatch.Frequency;
        lock (_counting)
        {
            if (_second != second)
                (_second, _reloads) = (second, 0);
            return ++_reloads <= ReloadsPerSecond;
        }
    }

    private ValueTask<Ring> Current(CancellationToken stop) => _ring is { } ring && !_isStale ? ValueTask.FromResult(ring) : Load(stop);

    private async ValueTask<Ring> Load(CancellationToken stop)
    {
        await _loading.WaitAsync(stop);
        try
        {
            if (_ring is { } loaded && !_isStale)
                return loaded;
            _isStale = false;
            try
            {
                await _keys.Active(Purpose, NewKey, stop);
                var rows = await _keys.All(Purpose, stop);
                var oldest = _time.GetUtcNow() - _rules.AccessLife - AccessToken.ClockSkew;
                var known = _ring?.ByHeader.Values.ToDictionary(key => key.Id) ?? [];
                var keys = rows.Where(row => row.RetiredAt is null || row.RetiredAt > oldest).Select(row => Know(row, known.GetValueOrDefault(row.Id))).ToList();
                foreach (var gone in known.Values.Where(key => rows.All(row => row.Id != key.Id)))
                    gone.IsDisowned = true;
                _ring = new Ring(keys.Single(key => key.RetiredAt == DateTimeOffset.MaxValue), keys.ToFrozenDictionary(key => key.Header, StringComparer.Ordinal));
                return _ring;
            }
            catch
            {
                _isStale = true;
                throw;
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The same object for the same key at every reload: tokens that were verified hold on to it.</summary>
    private static SigningKey Know(ProductKey row, SigningKey? known)
    {
        var key = known ?? new SigningKey(row);
        if (row.RetiredAt is { } retired)
            key.RetiredAt = retired;
        return key;
    }

    private sealed record Ring(SigningKey Active, FrozenDictionary<string, SigningKey> ByHeader);
}

/// <summary>One key pair and the only header its tokens have.</summary>
internal sealed class SigningKey : IDisposable
{
    public const int SignatureLength = 64;
    private readonly byte[] _pkcs8;
    // An ECDsa is not promised to be safe for parallel use.
    private readonly ConcurrentBag<ECDsa> _idle = [];
    private long _retiredAt = DateTimeOffset.MaxValue.UtcTicks;
    private volatile bool _isDisowned;

    public SigningKey(ProductKey key)
    {
        Id = key.Id;
        _pkcs8 = key.Bytes;
        Header = Base64Url.EncodeToString(AccessToken.HeaderOf(key.Id));
        using var pair = Import();
        Public = pair.ExportParameters(includePrivateParameters: false).Q;
    }

    public Guid Id { get; }

    /// <summary>Since when another signs; <see cref="DateTimeOffset.MaxValue"/> for the one that signs now.</summary>
    public DateTimeOffset RetiredAt
    {
        get => new(Volatile.Read(ref _retiredAt), TimeSpan.Zero);
        set => Volatile.Write(ref _retiredAt, value.UtcTicks);
    }

    /// <summary>The first segment of every token signed with it.</summary>
    public string Header { get; }

    public ECPoint Public { get; }

    /// <summary>Its row was deleted: nothing it signed is good any more.</summary>
    public bool IsDisowned
    {
        get => _isDisowned;
        set => _isDisowned = value;
    }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var pair = Rent();
        try
        {
            return pair.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _idle.Add(pair);
        }
    }

    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var pair = Rent();
        try
        {
            return pair.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _idle.Add(pair);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var pair))
            pair.Dispose();
    }

    private ECDsa Rent() => _idle.TryTake(out var pair) ? pair : Import();

    private ECDsa Import()
    {
        var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(_pkcs8, out _);
        return pair;
    }
}
