namespace Colonnade.Host;

/// <summary>
/// Why the program stops, as one sentence for the person who started it: what is the matter and what to do.
/// <c>Program.cs</c> prints it without a stack trace and ends with exit code 1.
/// </summary>
public class CannotStartException(string sentence, Exception? cause = null) : Exception(sentence, cause);
