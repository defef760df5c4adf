using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Sqlite;
using CopyTrack.TestKit;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Integration.FaultLab;

/// <summary>The data of one run on disk: what a killed process leaves there, and the process after it finds.</summary>
internal abstract class LabStore : IAsyncDisposable
{
    /// <summary>Where the next process finds the data.</summary>
    public abstract DataOptions Options { get; }

    /// <summary>True where all that it does is done by the thread that asks.</summary>
    public abstract bool OnThisThread { get; }

    /// <summary>The database of one server process.</summary>
    public abstract IDatabase Open();

    /// <summary>When the next device is due.</summary>
    public virtual Task<DateTimeOffset> NextDueAsync(IDatabase database) =>
        database.ReadAsync((c, _) => c.ExecuteScalarAsync<DateTimeOffset>("select min(next_due) from device_poll where monitored = 1"), default);

    /// <summary>Bytes in the log that a commit grows; 0 where nobody can tell.</summary>
    public abstract long LogBytes();

    /// <summary>Takes the data as they stand on disk at the moment of a kill; <paramref name="keepLog"/> cuts the log there. The database of the dead process is closed afterwards.</summary>
    public abstract Task CrashAsync(IDatabase dead, long? keepLog);

    /// <summary>No byte more fits on the disk, or some do again.</summary>
    public abstract Task FillAsync(IDatabase database, bool full);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>The embedded database in a folder of memory; a crash is a copy of its files without a close.</summary>
internal sealed class LabFiles : LabStore
{
    private static readonly Lazy<Task<string>> s_template = new(TemplateAsync);
    private static readonly string s_base = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private readonly string root;
    private int generation;

    private LabFiles(string root) => this.root = root;

    /// <inheritdoc/>
    public override DataOptions Options => new() { Directory = Path.Combine(root, $"{generation}") };

    /// <inheritdoc/>
    public override bool OnThisThread => true;

    /// <inheritdoc/>
    public override IDatabase Open() => new SqliteDatabase(Options.Directory, NullLogger.Instance, inline: true);

    /// <summary>A migrated database of its own.</summary>
    public static async Task<LabFiles> CreateAsync()
    {
        var template = await s_template.Value;
        var files = new LabFiles(Directory.CreateDirectory(Path.Combine(s_base, $"copytrack-lab-{Guid.NewGuid():N}")).FullName);
        Directory.CreateDirectory(files.Options.Directory);
        File.Copy(Path.Combine(template, SqliteDatabase.FileName), Path.Combine(files.Options.Directory, SqliteDatabase.FileName));
        return files;
    }

    /// <inheritdoc/>
    public override long LogBytes() => new FileInfo(Log(generation)) is { Exists: true } log ? log.Length : 0;

    /// <inheritdoc/>
    public override async Task CrashAsync(IDatabase dead, long? keepLog)
    {
        var before = Options.Directory;
        generation++;
        Directory.CreateDirectory(Options.Directory);
        File.Copy(Path.Combine(before, SqliteDatabase.FileName), Path.Combine(Options.Directory, SqliteDatabase.FileName));
        if (File.Exists(Log(generation - 1)))
        {
            File.Copy(Log(generation - 1), Log(generation));
            if (keepLog is { } bytes)
            {
                using var log = File.OpenWrite(Log(generation));
                log.SetLength(bytes);
            }
        }

        await dead.DisposeAsync();
        Directory.Delete(before, recursive: true);
    }

    /// <inheritdoc/>
    public override async Task FillAsync(IDatabase database, bool full)
    {
        // The limit of SQLite itself: the same error, 13, that a full disk gives.
        var pages = full ? await database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("pragma page_count"), default) : int.MaxValue;
        await database.WriteAsync((c, _) => c.ExecuteAsync($"pragma max_page_count = {pages}"), default);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("COPYTRACK_LAB_KEEP") is { Length: > 0 } keep)
        {
            // For whoever wants to look at what a seed left.
            File.Copy(Path.Combine(Options.Directory, SqliteDatabase.FileName), keep, overwrite: true);
        }

        Directory.Delete(root, recursive: true);
        return default;
    }

    private static async Task<string> TemplateAsync()
    {
        DapperTypes.Register();
        var options = new DataOptions { Directory = Directory.CreateTempSubdirectory("copytrack-lab-template-").FullName };
        await using var database = DataServices.Open(options, NullLogger.Instance);
        await new MigrationRunner(database, TimeProvider.System).RunAsync(default);
        return options.Directory;
    }

    private string Log(int of) => Path.Combine(root, $"{of}", SqliteDatabase.FileName + "-wal");
}

/// <summary>A database of a PostgreSQL of the run's own, which is itself killed and started again.</summary>
internal sealed class LabPostgres : LabStore
{
    private readonly PrivatePostgreSql server;
    private readonly string connection;

    private LabPostgres(PrivatePostgreSql server, string connection) => (this.server, this.connection) = (server, connection);

    /// <inheritdoc/>
    public override DataOptions Options => new() { Provider = "postgres", ConnectionString = connection };

    /// <inheritdoc/>
    public override bool OnThisThread => false;

    /// <inheritdoc/>
    public override IDatabase Open() => DataServices.Open(Options, NullLogger.Instance);

    /// <summary>A server and a migrated database on it.</summary>
    public static async Task<LabPostgres> CreateAsync(DateTimeOffset start)
    {
        DapperTypes.Register();
        var server = await PrivatePostgreSql.StartAsync(ours: true);
        var connection = await server.CreateDatabaseAsync();
        await using var database = DataServices.Open(new DataOptions { Provider = "postgres", ConnectionString = connection }, NullLogger.Instance);
        await new MigrationRunner(database, TimeProvider.System).RunAsync(default);
        await CopyTrack.Server.Data.PostgreSql.Partitions.EnsureAsync(database, start.AddMonths(-1), 4, default);
        return new LabPostgres(server, connection);
    }

    /// <inheritdoc/>
    public override long LogBytes() => 0;

    /// <inheritdoc/>
    public override async Task CrashAsync(IDatabase dead, long? keepLog) => await dead.DisposeAsync();

    /// <summary>Full means gone here: the server is killed as by a power cut, and started again later.</summary>
    public override Task FillAsync(IDatabase database, bool full) => full ? server.KillAsync() : server.StartAgainAsync();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => server.DisposeAsync();
}
