namespace Colonnade.Platform.Files;

/// <summary>Tells what a disk does wrong from what a client does: both throw <see cref="IOException"/>.</summary>
internal static class Disk
{
    public static bool IsFault(Exception thrown) => thrown is IOException or UnauthorizedAccessException;

    /// <exception cref="DiskFaultException">The disk is full, gone, not ours, or failing.</exception>
    public static T Do<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception fault) when (IsFault(fault))
        {
            throw new DiskFaultException(fault);
        }
    }

    /// <inheritdoc cref="Do{T}"/>
    public static void Do(Action act) => Do(() =>
    {
        act();
        return true;
    });
}

/// <summary>The disk is full, gone, not ours, or failing: no fault of a client, and none of ours.</summary>
internal sealed class DiskFaultException(Exception fault) : Exception(fault.Message, fault);
