using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Errors;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.Extensions.Configuration;

namespace Colonnade.Platform.Accounts;

/// <summary>
/// Hashes and compares passwords: PBKDF2-HMAC-SHA-512 (OWASP Password Storage Cheat Sheet: at least 210,000
/// iterations), over the password in Unicode's form C as UTF-8, nothing truncated.
/// </summary>
/// <remarks>
/// Setting: <c>Passwords:Iterations</c> (220000). Hashing runs on threads of its own, in the places of
/// <see cref="CpuSlots"/>, and 50 callers may wait; beyond that they get <see cref="PlatformFailure.Overloaded"/>, so that a
/// flood of sign-ins neither takes the threads that serve reads nor grows without bound. The counter
/// <c>colonnade.passwords.compared</c> counts guesses that were compared with an account's password.
/// </remarks>
public sealed class Passwords
{
    /// <summary>In code points.</summary>
    public const int Shortest = 8;

    /// <summary>In bytes of UTF-8.</summary>
    public const int LongestBytes = 1024;

    private const int QueueLength = 50;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WaitWhenFull = TimeSpan.FromSeconds(5);

    private readonly CpuSlots _slots;
    private readonly int _iterations;
    private readonly PasswordHash _dummy;
    private readonly bool _refuseWorst;
    private readonly string _productName;
    private readonly Counter<long> _compared;
    private int _admitted;

    public Passwords(AccountRules rules, ProductIdentity product, CpuSlots slots, IConfiguration configuration, IMeterFactory meters)
    {
        _slots = slots;
        _iterations = configuration.GetValue("Passwords:Iterations", 220_000);
        _dummy = new PasswordHash(_iterations, RandomNumberGenerator.GetBytes(PasswordHash.SaltLength), RandomNumberGenerator.GetBytes(PasswordHash.HashLength));
        _refuseWorst = rules.RefuseWorstPasswords;
        _productName = product.Name;
        _compared = meters.Create("Colonnade.Accounts").CreateCounter<long>("colonnade.passwords.compared");
    }

    /// <summary>What is wrong with a password someone wants to have; null when it will do.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="email">Whose it is to be; it must not be the password.</param>
    public PasswordFlaw? FlawOf(string password, EmailAddress? email = null)
    {
        if (IsTooLong(password))
            return PasswordFlaw.TooLong;
        if (password.EnumerateRunes().Take(Shortest).Count() < Shortest)
            return PasswordFlaw.TooShort;
        if (!_refuseWorst)
            return null;
        return WorstPasswords.Contains(password) ? PasswordFlaw.Worst
            : IsSame(password, _productName) || (email is not null && (IsSame(password, email.Text) || IsSame(password, email.Text[..email.Text.LastIndexOf('@')]))) ? PasswordFlaw.Personal
            : null;
    }

    /// <summary>
    /// The hash to store. Takes about a tenth of a second: before a transaction is begun, never inside one.
    /// </summary>
    /// <exception cref="ArgumentException">Longer than <see cref="LongestBytes"/>: ask <see cref="FlawOf"/> first.</exception>
    /// <exception cref="PlatformFailureException"><see cref="PlatformFailure.Overloaded"/>.</exception>
    public async Task<PasswordHash> Hash(string password, CancellationToken stop)
    {
        using var turn = await Turn(stop);
        return await turn.Hash(password);
    }

    internal static bool IsTooLong(string password) => password.Length > LongestBytes || Bytes(password).Length > LongestBytes;

    internal bool IsWeaker(PasswordHash stored) => stored.Iterations < _iterations;

    /// <summary>Waits for a place to hash in; several hashes may be made in one turn. Dispose to give the place up.</summary>
    internal async Task<HashingTurn> Turn(CancellationToken stop)
    {
        try
        {
            if (Interlocked.Increment(ref _admitted) > _slots.Count + QueueLength)
                throw new PlatformFailureException(PlatformFailure.Overloaded, WaitWhenFull);
            return await _slots.TryTake(LongestWait, stop) is { } slot
                ? new HashingTurn(this, slot)
                : throw new PlatformFailureException(PlatformFailure.Overloaded, WaitWhenFull);
        }
        catch
        {
            Interlocked.Decrement(ref _admitted);
            throw;
        }
    }

    // A thread of its own for each hash: starting one costs a thousandth of the hash, and the pool's stay free to serve.
    private static Task<byte[]> Derive(string password, byte[] salt, int iterations) => Task.Factory.StartNew(
        () => Rfc2898DeriveBytes.Pbkdf2(Bytes(password), salt, iterations, HashAlgorithmName.SHA512, PasswordHash.HashLength),
        CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    // Normalize refuses halves of characters and U+FFFE.
    private static byte[] Bytes(string password) => Encoding.UTF8.GetBytes(
        WireText.IsStorable(password) && !password.Contains('\uFFFE', StringComparison.Ordinal) ? password.Normalize(NormalizationForm.FormC) : password);

    private static bool IsSame(string password, string other) => password.Equals(other, StringComparison.OrdinalIgnoreCase);

    internal sealed class HashingTurn(Passwords passwords, IDisposable slot) : IDisposable
    {
        public async Task<PasswordHash> Hash(string password)
        {
            if (IsTooLong(password))
                throw new ArgumentException("The password is too long to be hashed.", nameof(password));
            var salt = RandomNumberGenerator.GetBytes(PasswordHash.SaltLength);
            return new PasswordHash(passwords._iterations, salt, await Derive(password, salt, passwords._iterations));
        }

        /// <summary>Whether <paramref name="password"/> is the stored one; against null the same work is done and the answer is no.</summary>
        public async Task<bool> Matches(PasswordHash? stored, string password)
        {
            if (stored is not null)
                passwords._compared.Add(1);
            var against = stored ?? passwords._dummy;
            var derived = await Derive(password, against.Salt, against.Iterations);
            return CryptographicOperations.FixedTimeEquals(derived, against.Hash) && stored is not null;
        }

        public void Dispose()
        {
            slot.Dispose();
            Interlocked.Decrement(ref passwords._admitted);
        }
    }
}

/// <summary>Why a password will not do; the product words it.</summary>
public enum PasswordFlaw
{
    /// <summary>Fewer than <see cref="Passwords.Shortest"/> code points.</summary>
    TooShort,

    /// <summary>More than <see cref="Passwords.LongestBytes"/> bytes.</summary>
    TooLong,

    /// <summary>One of the two hundred that are guessed first; only where the product refuses them.</summary>
    Worst,

    /// <summary>The account's own address or the product's name; only where the product refuses the worst.</summary>
    Personal,
}
