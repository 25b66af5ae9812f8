using System.Text.Json.Serialization;
using Colonnade.Platform.Accounts;

namespace Colonnade.OrderDesk;

/// <summary>The envelope of what succeeded.</summary>
public sealed record Answer<T>(bool Success, T Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message = null)
    where T : notnull;

/// <summary>The envelope where there is nothing to give but good news.</summary>
public sealed record Done(bool Success, string Message);

/// <summary>The envelope where something was sent by mail.</summary>
public sealed record Mailed(bool Success, string Message, MailedData Data);

public sealed record MailedData(DateTimeOffset ExpiresAt);

public sealed record UserData(Guid UserId, string Email, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static UserData Of(Account account) => new(account.Id, account.Email, account.CreatedAt, account.UpdatedAt);
}
