using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Accounts;
using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Keys;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Platform.OneTimeCodes;

/// <summary>
/// Codes that prove that somebody reads the mail of an address: six digits to type, or a link. One is good once, for one
/// purpose, one address and one state of the account: a change of its address voids it, and one of its password too
/// (unless <see cref="CodePurpose.IsOfAddressAlone"/>).
/// </summary>
/// <remarks>
/// <para>Stored are only keyed hashes of address and code. In the clear a code exists in the mail; on the way there it is
/// sealed.</para>
/// <para>Guessing: five tries a code, ten codes a day, so at most 50 guesses a day at one in a million. A try is counted and
/// committed before anything is compared. None of this depends on rate limits being on.</para>
/// </remarks>
[SuppressMessage("Performance", "CA1822", Justification = "Callers ask one object for everything, whether or not a method needs its fields.")]
public sealed class Codes(ProductDatabase database, ProductKeys keys, ProductIdentity product, Seal seal, TimeProvider time)
{
    /// <summary>How often a code may be tried.</summary>
    public const int Tries = 5;

    private const int SendsAnHour = 5;
    private const int SendsADay = 10;
    private const int LinkLength = 32;
    private const int LongestCode = 200;
    private const string SealContext = "one-time code";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);
    private readonly HmacKey _key = new(keys, "one-time-codes");

    /// <summary>
    /// Makes a code for an address, as part of <paramref name="work"/>. Where nobody has the address, do the same with
    /// <paramref name="account"/> null and enqueue no mail: rows, outcome and time are then the same, and nothing opens it.
    /// </summary>
    /// <param name="work">Also has the mail's job.</param>
    /// <param name="purpose">What it will be good for.</param>
    /// <param name="address">Where it goes.</param>
    /// <param name="account">Whose it is; null for nobody's.</param>
    /// <param name="stop">Cancels.</param>
    public async Task<SendOutcome> Send(Work work, CodePurpose purpose, EmailAddress address, Account? account, CancellationToken stop)
    {
        var addressHash = await AddressOf(address, stop);
        // Locks the address until the transaction ends: of parallel wishes one is granted, the others find its code.
        var sends = (await work.One<Sends>(
            """
            insert into one_time_code_sends as s (address, sent_at, last_at) values (@addressHash, '{}', clock())
            on conflict (address) do update
                set sent_at = array(select at from unnest(s.sent_at) at where at > clock() - interval '24 hours' order by at)
            returning sent_at, clock() as now
            """, new { addressHash }, stop))!;
        var good = await work.One<Expiry>(
            """
            select expires_at, coalesce(link_expires_at, expires_at) as link_expires_at from one_time_codes
            where purpose = @Name and address = @addressHash and consumed_at is null and tries < @Tries
              and created_at > @Now - @Pause and expires_at > @Now
              and account_id is not distinct from @Account and (@IsOfAddressAlone or credentials_version is not distinct from @Version)
            """,
            new { purpose.Name, addressHash, Tries, sends.Now, Pause, Account = account?.Id, purpose.IsOfAddressAlone, Version = account?.CredentialsVersion }, stop);
        if (good is not null)
            return new SendOutcome.Unchanged(good.ExpiresAt, good.LinkExpiresAt);
        if (sends.Wait() is { } wait)
            return new SendOutcome.TooMany(wait);

        var digits = purpose.Form.HasFlag(CodeForm.Digits) ? RandomDigits() : null;
        var link = !purpose.Form.HasFlag(CodeForm.Link) ? null : purpose.HasUuidLink ? RandomUuid() : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(LinkLength));
        var expiry = (await work.One<Expiry>(
            """
            with sent as (
                update one_time_code_sends set sent_at = array_append(sent_at, @Now), last_at = @Now where address = @addressHash
            )
            insert into one_time_codes (purpose, address, id, account_id, credentials_version, code, link, created_at, expires_at, link_expires_at)
            values (@Name, @addressHash, @Id, @Account, @Version, @Code, @Link, @Now, @Now + @Life, @Now + @LinkLife)
            on conflict (purpose, address) do update set
                id = excluded.id, account_id = excluded.account_id, credentials_version = excluded.credentials_version, code = excluded.code, link = excluded.link,
                tries = 0, created_at = excluded.created_at, expires_at = excluded.expires_at, link_expires_at = excluded.link_expires_at, consumed_at = null
            returning expires_at, coalesce(link_expires_at, expires_at) as link_expires_at
            """,
            new
            {
                purpose.Name,
                addressHash,
                Id = Guid.CreateVersion7(time.GetUtcNow()),
                Account = account?.Id,
                Version = account?.CredentialsVersion,
                Code = digits is null ? null : await HashOf(purpose, address, digits, stop),
                Link = link is null ? null : await HashOf(purpose, link, stop),
                sends.Now,
                purpose.Life,
                purpose.LinkLife,
            },
            stop))!;
        return new SendOutcome.Sent(expiry.ExpiresAt, Close(digits), Close(link), expiry.LinkExpiresAt, Close(address.Text)!);
    }

    /// <summary>Opens what <see cref="Send"/> sealed; for the mail job.</summary>
    public string Reveal(string sealedCode) => Encoding.UTF8.GetString(seal.Open(Base64Url.DecodeFromChars(sealedCode), SealContext));

    /// <summary>Compares six digits, as typed, with what was sent to the address; counts the try first, in a transaction of its own.</summary>
    public async Task<TryOutcome> Try(CodePurpose purpose, EmailAddress address, string code, CancellationToken stop)
    {
        var typed = code.Trim();
        var hash = await HashOf(purpose, address, typed.Length > LongestCode ? "" : typed, stop);
        var candidate = await database.One<Candidate>(
            """
            with tried as (
                update one_time_codes set tries = tries + 1
                where purpose = @Name and address = @Address and code is not null and consumed_at is null and tries < @Tries
                returning id, code, account_id, credentials_version, expires_at
            )
            select t.id, t.code as hash, t.account_id, a.credentials_version, a.email, t.expires_at > clock() as is_in_time
            from tried t join accounts a on a.id = t.account_id and (@IsOfAddressAlone or a.credentials_version = t.credentials_version)
            where a.deleted_at is null and a.banned_at is null
            """, new { purpose.Name, Address = await AddressOf(address, stop), Tries, purpose.IsOfAddressAlone }, stop);
        if (candidate is null || EmailAddress.KeyOf(candidate.Email) != address.Key)
            return new TryOutcome.None();
        if (!CryptographicOperations.FixedTimeEquals(candidate.Hash, hash))
            return new TryOutcome.Wrong();
        return candidate.Outcome;
    }

    /// <summary>Looks up the token of a link; it has too many bits to be guessed, so tries are not counted.</summary>
    public async Task<TryOutcome> TryLink(CodePurpose purpose, string token, CancellationToken stop)
    {
        var hash = await HashOf(purpose, token.Length > LongestCode ? "" : token, stop);
        var candidate = await database.One<Candidate>(
            """
            select c.id, c.link as hash, c.address, c.account_id, a.credentials_version, a.email,
                coalesce(c.link_expires_at, c.expires_at) > clock() as is_in_time, c.consumed_at is not null as is_used
            from one_time_codes c
            join accounts a on a.id = c.account_id and (@IsOfAddressAlone or a.credentials_version = c.credentials_version or c.consumed_at is not null)
            where c.link = @hash and c.purpose = @Name and a.deleted_at is null and a.banned_at is null
            """, new { hash, purpose.Name, purpose.IsOfAddressAlone }, stop);
        if (candidate is null || !EmailAddress.TryParse(candidate.Email, out var address))
            return new TryOutcome.None();
        var addressNow = await AddressOf(address, stop);
        if (!candidate.Address.AsSpan().SequenceEqual(addressNow))
            return new TryOutcome.None();
        return candidate.IsUsed ? new TryOutcome.Used() : candidate.Outcome;
    }

    /// <summary>
    /// Uses the code up, together with what it allows; of any number at the same time one gets true. The account's row is locked until
    /// <paramref name="work"/> ends, so that its password and address are still those the code was sent for.
    /// </summary>
    /// <returns>False: somebody was faster, or the code is void by now. Answer as for <see cref="TryOutcome.None"/>.</returns>
    public Task<bool> Consume(Work work, TryOutcome.Right right, CancellationToken stop) => work.One<bool>(
        """
        with owner as (
            select id from accounts
            where id = @AccountId and credentials_version = @CredentialsVersion and deleted_at is null and banned_at is null
            for no key update
        ), consumed as (
            update one_time_codes c set consumed_at = clock() from owner
            where c.id = @Code and c.account_id = owner.id and c.consumed_at is null
            returning c.id
        )
        select exists (select from consumed)
        """, new { right.AccountId, right.CredentialsVersion, right.Code }, stop);

    /// <summary>Each of the million as likely as every other; leading zeros count.</summary>
    internal static string RandomDigits() => RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    private static string RandomUuid()
    {
        // RFC 9562, 5.4: all bits random but those that say so.
        var bytes = RandomNumberGenerator.GetBytes(16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    private ValueTask<byte[]> AddressOf(EmailAddress address, CancellationToken stop) => _key.Hash(stop, product.Schema, "address", address.Key);

    private ValueTask<byte[]> HashOf(CodePurpose purpose, EmailAddress address, string digits, CancellationToken stop) =>
        _key.Hash(stop, product.Schema, "digits", purpose.Name, address.Key, digits);

    private ValueTask<byte[]> HashOf(CodePurpose purpose, string link, CancellationToken stop) => _key.Hash(stop, product.Schema, "link", purpose.Name, link);

    private string? Close(string? code) => code is null ? null : Base64Url.EncodeToString(seal.Close(Encoding.UTF8.GetBytes(code), SealContext));

    private sealed record Sends
    {
        public DateTime[] SentAt { get; init; } = [];
        public DateTimeOffset Now { get; init; }

        /// <summary>How long until another may go to this address; null when it may now.</summary>
        public TimeSpan? Wait()
        {
            var now = Now.UtcDateTime;
            var hour = SentAt.Where(at => at > now - TimeSpan.FromHours(1)).ToList();
            var untilHour = hour.Count < SendsAnHour ? TimeSpan.Zero : hour[^SendsAnHour] + TimeSpan.FromHours(1) - now;
            var untilDay = SentAt.Length < SendsADay ? TimeSpan.Zero : SentAt[^SendsADay] + TimeSpan.FromDays(1) - now;
            var wait = untilHour > untilDay ? untilHour : untilDay;
            return wait > TimeSpan.Zero ? wait : null;
        }
    }

    private sealed record Expiry
    {
        public DateTimeOffset ExpiresAt { get; init; }
        public DateTimeOffset LinkExpiresAt { get; init; }
    }

    private sealed record Candidate
    {
        public Guid Id { get; init; }
        public byte[] Hash { get; init; } = [];
        public byte[] Address { get; init; } = [];
        public string Email { get; init; } = "";
        public bool IsUsed { get; init; }
        public Guid AccountId { get; init; }
        public int CredentialsVersion { get; init; }
        public bool IsInTime { get; init; }

        public TryOutcome Outcome => IsInTime ? new TryOutcome.Right(Id, AccountId, CredentialsVersion) : new TryOutcome.Expired();
    }
}

/// <summary>Deletes codes that expired a day ago, and what was sent before that.</summary>
internal sealed record SweepCodes : IJob
{
    public static string Kind => "sweep_one_time_codes";

    public async Task Run(JobRun run)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        await database.Execute("delete from one_time_codes where expires_at < (select clock()) - interval '1 day' and link_expires_at < (select clock()) - interval '1 day' is not false", null, run.Stop);
        await database.Execute("delete from one_time_code_sends where last_at < (select clock()) - interval '1 day'", null, run.Stop);
    }
}
