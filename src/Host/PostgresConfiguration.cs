using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Colonnade.Host;

/// <summary>The private cluster's three configuration files: how it works, who gets in, and who is who.</summary>
internal static class PostgresConfiguration
{
    /// <summary>Writes them anew; what an operator wants to stay goes into <c>postgresql.local.conf</c>.</summary>
    /// <param name="cluster">The cluster's directory.</param>
    /// <param name="user">As whom the server runs.</param>
    /// <param name="socket">The directory of its socket.</param>
    /// <param name="options"></param>
    public static void Write(string cluster, ServerUser user, string socket, PrivatePostgresOptions options)
    {
        var onOff = options.Durable ? "on" : "off";
        Replace(Path.Combine(cluster, "postgresql.conf"), $"""
            # Written by Colonnade at each start. Your own settings: postgresql.local.conf beside this file.
            listen_addresses = ''
            unix_socket_directories = '{socket}'
            unix_socket_permissions = 0700
            port = 5432
            cluster_name = 'colonnade'

            max_connections = {options.MaxConnections.ToString(CultureInfo.InvariantCulture)}
            shared_buffers = '{options.SharedBuffers}'
            dynamic_shared_memory_type = posix
            # Requests are short and many: none takes several cores, and planning machine code costs more than it saves.
            max_parallel_workers_per_gather = 0
            jit = off
            random_page_cost = 1.1

            fsync = {onOff}
            synchronous_commit = {onOff}
            full_page_writes = {onOff}
            recovery_init_sync_method = syncfs
            wal_compression = on
            min_wal_size = '80MB'
            max_wal_size = '1GB'

            timezone = 'UTC'
            log_timezone = 'UTC'
            datestyle = 'iso, ymd'
            lc_messages = 'C.UTF-8'
            default_text_search_config = 'pg_catalog.simple'

            # Seven files at most, one a weekday. Values never go into the log: they may be personal.
            logging_collector = on
            log_directory = 'log'
            log_filename = 'postgresql-%a.log'
            log_truncate_on_rotation = on
            log_rotation_age = '1d'
            log_rotation_size = 0
            log_line_prefix = '%m [%p] %q%u@%d '
            log_error_verbosity = terse
            log_parameter_max_length = 0
            log_parameter_max_length_on_error = 0

            include_if_exists 'postgresql.local.conf'

            """);
        Replace(Path.Combine(cluster, "pg_hba.conf"), """
            # Written by Colonnade at each start.
            local  all          all       peer  map=colonnade
            local  replication  postgres  peer  map=colonnade

            """);
        Replace(Path.Combine(cluster, "pg_ident.conf"), string.Concat(
            new[] { Environment.UserName, user.Name }.Distinct(StringComparer.Ordinal).Select(name => $"""
                colonnade  "{name}"  postgres
                colonnade  "{name}"  colonnade

                """)));
    }

    /// <summary>
    /// Replaces a file without ever opening what is there: as root we write into a directory of another user, who
    /// could have put a link in its place.
    /// </summary>
    private static void Replace(string path, string text)
    {
        var draft = $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            file.Write(Encoding.UTF8.GetBytes(text));
        // Whatever the umask, the server's user can read it; nobody else reaches the directory.
        File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Move(draft, path, overwrite: true);
    }
}
