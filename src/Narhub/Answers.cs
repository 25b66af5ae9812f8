namespace Colonnade.Narhub;

/// <summary>An answer that has nothing to show.</summary>
public sealed record Done(string Message);
