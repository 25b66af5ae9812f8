using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Validation;

namespace Colonnade.Platform.Web;

/// <summary>
/// What is known of the client behind a request, for sessions and the audit trail; a handler takes it as a parameter.
/// </summary>
/// <param name="Address">The peer, or what a configured proxy says of it.</param>
/// <param name="UserAgent">As sent, at most 300 characters; null when absent or not text.</param>
/// <param name="RequestId">The same as in logs and in <c>X-Request-Id</c>.</param>
[SkipValidation]
public sealed record ClientFacts(IPAddress? Address, string? UserAgent, string? RequestId)
{
    private const int LongestUserAgent = 300;

    /// <summary>Who acts: <see cref="Caller.Id"/>; null for a stranger, a command and a job.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>No client: a command or a job.</summary>
    public static ClientFacts None { get; } = new(null, null, null);

    public static ClientFacts Of(HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        if (agent.Length > LongestUserAgent)
            agent = agent[..LongestUserAgent];
        return new ClientFacts(
            Plain(http.Connection.RemoteIpAddress),
            agent.Length > 0 && WireText.IsStorable(agent) ? agent : null,
            http.TraceIdentifier)
        {
            ActorId = Caller.Of(http)?.Id,
        };
    }

    /// <summary>Without the forms that only a socket knows: IPv4 inside IPv6, and scopes.</summary>
    private static IPAddress? Plain(IPAddress? address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } => new IPAddress(address.GetAddressBytes()),
        _ => address,
    };

    public static ValueTask<ClientFacts?> BindAsync(HttpContext http, ParameterInfo parameter) => ValueTask.FromResult<ClientFacts?>(Of(http));
}
