namespace Colonnade.Bench;

/// <summary>The figures would say nothing: an answer failed, two answers differ, or something could not be started.</summary>
internal sealed class BenchException(string message, Exception? inner = null) : Exception(message, inner);
