using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CopyTrack.TestKit;

/// <summary>
/// A PostgreSQL of the tests' own: one cluster in a temporary directory, durable as in production, stopped by its pid and deleted at the end.
/// With the environment variable <c>COPYTRACK_TEST_PG</c> (a connection string of a superuser) that server is used instead.
/// </summary>
public sealed class PrivatePostgreSql : IAsyncDisposable
{
    private static readonly string[] s_places = ["/usr/local/bin", .. InstalledVersions(), "/usr/bin"];

    private readonly string? _directory;
    private readonly int _port;
    private Process? _server;
    private int _databases;

    private PrivatePostgreSql(string administration, string? directory, int port) =>
        (AdministrationString, _directory, _port) = (administration, directory, port);

    /// <summary>Connection string of the superuser to the database <c>postgres</c>.</summary>
    public string AdministrationString { get; }

    /// <summary>The first of its processes; null for a server that the environment names.</summary>
    public int? ProcessId => _server?.Id;

    /// <summary>Makes and starts a cluster (about a second), or takes the one that the environment names unless it must be <paramref name="ours"/> to kill.</summary>
    public static async Task<PrivatePostgreSql> StartAsync(bool ours = false)
    {
        if (!ours && Environment.GetEnvironmentVariable("COPYTRACK_TEST_PG") is { Length: > 0 } given)
        {
            return new PrivatePostgreSql(given, null, 0);
        }

        var directory = Directory.CreateTempSubdirectory("copytrack-pg-").FullName;
        var port = FreePort.Take();
        var server = new PrivatePostgreSql(
            $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Include Error Detail=true;Timeout=5", directory, port);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", directory);
        }

        await RunAsync(Unprivileged([Program("initdb"), "-D", directory + "/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Makes a database (from <paramref name="template"/> when given) and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var name = $"t{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"create database {name}" + (template is null ? "" : $" template {template}"));
        return new NpgsqlConnectionStringBuilder(AdministrationString) { Database = name }.ToString();
    }

    /// <summary>Drops a database made by <see cref="CreateDatabaseAsync"/>, whoever is still connected.</summary>
    public Task DropDatabaseAsync(string connectionString) =>
        ExecuteAsync($"drop database if exists {new NpgsqlConnectionStringBuilder(connectionString).Database} with (force)");

    /// <summary>Ends the server as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_server is null)
        {
            return;
        }

        // An immediate shutdown: every backend dies where it stands, the next start recovers from the log.
        await RunAsync("kill", "-QUIT", _server.Id.ToString(CultureInfo.InvariantCulture));
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    /// <summary>Starts the server (again) on the same port and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        string[] command =
        [
            Program("postgres"), "-D", _directory + "/data", "-p", _port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=" + _directory, "-c", "max_connections=200", "-c", "shared_buffers=256MB", "-c", "log_min_messages=fatal",
        ];
        var start = Unprivileged(command);
        _server = Process.Start(new ProcessStartInfo(start[0], start[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _server.ErrorDataReceived += (_, _) => { };
        _server.OutputDataReceived += (_, _) => { };
        _server.BeginErrorReadLine();
        _server.BeginOutputReadLine();
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                await ExecuteAsync("select 1");
                return;
            }
            catch (NpgsqlException) when (waited.Elapsed < TimeSpan.FromSeconds(60) && !_server.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(AdministrationString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    // initdb and postgres refuse to run as root.
    private static string[] Unprivileged(string[] command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", .. command] : command;

    private static string Program(string name) => s_places.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{name} not found: apt-get install postgresql, or set COPYTRACK_TEST_PG to a superuser's connection string");

    private static IEnumerable<string> InstalledVersions() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => version + "/bin")
        : [];

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command[0]} failed: {error}");
        }
    }
}
