namespace Colonnade.Platform.RateLimits;

/// <summary>How one bucket stands after a request asked it.</summary>
/// <param name="Limit">Whose bucket it is.</param>
/// <param name="Permits">What one window admits here, after <c>RateLimits:Factor</c>.</param>
/// <param name="IsAdmitted">Whether this request had room.</param>
/// <param name="Remaining">How many more would have room now.</param>
/// <param name="Opens">How long until the oldest counted request leaves the window and room comes back; when refused, exactly how long to wait.</param>
/// <param name="At">Timestamp under which it was counted in process, for taking it back.</param>
internal readonly record struct Standing(Limit Limit, int Permits, bool IsAdmitted, int Remaining, TimeSpan Opens, long At = 0);
