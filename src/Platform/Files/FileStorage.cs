namespace Colonnade.Platform.Files;

/// <summary>
/// Where bytes lie under names of ours: a disk or S3. What is stored is never changed; a name is stored once.
/// </summary>
/// <remarks>
/// A name is the file's id, and for a thumbnail its edge behind a hyphen: the time in the id tells how old it is, on any clock.
/// Faults of S3 come as <see cref="Errors.PlatformFailure.Unavailable"/> (503), those of a disk as <see cref="DiskFaultException"/>.
/// </remarks>
public abstract class FileStorage
{
    /// <summary>Where files are received before they are stored; on a local disk in any case.</summary>
    public abstract string Incoming { get; }

    /// <summary>Whether storing waits for a disk alone: a transaction may wait for it, too.</summary>
    public abstract bool IsLocal { get; }

    /// <summary>Stores the file at <paramref name="path"/>, which is on the disk by then (fsync) and is gone afterwards.</summary>
    public abstract Task Store(string path, string name, CancellationToken stop);

    /// <summary>What is stored under <paramref name="name"/>; null when nothing is.</summary>
    public abstract Task<Stream?> Open(string name, CancellationToken stop);

    /// <summary>Removes what is stored, if it is.</summary>
    public abstract Task Remove(string name, CancellationToken stop);

    /// <summary>Every name, in no promised order.</summary>
    public abstract IAsyncEnumerable<string> Names(CancellationToken stop);
}
