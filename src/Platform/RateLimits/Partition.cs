using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Colonnade.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Colonnade.Platform.RateLimits;

/// <summary>
/// Whose bucket: 128 bits, so that a bucket is small whoever it is for. Accounts are their id, IPv6 networks their
/// /64 under a high half of 0, IPv4 addresses under 1, texts a truncated SHA-256. Accounts and services never meet
/// addresses: the high half of their UUIDs is larger.
/// </summary>
internal readonly record struct Partition(UInt128 Value)
{
    /// <summary>As stored in PostgreSQL.</summary>
    public Guid Key
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
            return new Guid(bytes, bigEndian: true);
        }
    }

    public static Partition Of(Limit limit, HttpContext http, Caller? caller) =>
        limit.IsPerCaller && caller is not null ? Of(caller.Id) : Of(http.Connection.RemoteIpAddress);

    public static Partition Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return new(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    public static Partition Of(IPAddress? address)
    {
        // A Unix socket has no address: everybody behind it is one client.
        if (address is null)
            return default;
        Span<byte> bytes = stackalloc byte[16];
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? new(new UInt128(1, BinaryPrimitives.ReadUInt32BigEndian(bytes)))
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    public static Partition Of(string text) => new(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
}
