using System.Data.Common;
using Npgsql;

namespace CopyTrack.Server.Data.PostgreSql;

/// <summary>PostgreSQL behind one pooled source of connections whose statements are prepared by use.</summary>
internal sealed class PostgreSqlDatabase : IDatabase
{
    private const int Tries = 5, WalkUpConnections = 10;

    private readonly NpgsqlDataSource _listening;

    public PostgreSqlDatabase(string connectionString)
    {
        NpgsqlConnectionStringBuilder text;
        try
        {
            text = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException ex)
        {
            throw new ArgumentException($"Data:ConnectionString: {ex.Message}", ex);
        }

        text.MaxAutoPrepare = text.MaxAutoPrepare == 0 ? 200 : text.MaxAutoPrepare;
        text.AutoPrepareMinUsages = 2;
        text.ApplicationName ??= "copytrack";
        // Nothing here changes a session's settings (a listener has a connection of its own), and undoing them costs seven statements a use.
        text.NoResetOnClose = true;
        // Compiling a statement takes longer than any of ours runs.
        text.Options = $"{text.Options} -c jit=off".TrimStart();
        Source = NpgsqlDataSource.Create(text);
        _listening = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(text.ConnectionString) { Pooling = false });
        // Few connections that are always warm. Their statements find rows by key whatever their arrays hold, so that planning them once is enough.
        text.Options = $"{text.Options} -c plan_cache_mode=force_generic_plan -c enable_seqscan=off";
        text.MaxPoolSize = WalkUpConnections;
        text.MinPoolSize = 0;
        WalkUps = NpgsqlDataSource.Create(text);
    }

    /// <summary>Where connections come from.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Connections of what a person at a copier waits for: look-ups of logins and the journal.</summary>
    public NpgsqlDataSource WalkUps { get; }

    public Dialect Dialect => Dialect.PostgreSql;

    public SqlText Sql { get; } = new(Dialect.PostgreSql);

    public Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        RepeatAsync(
            async ct =>
            {
                await using var connection = await Source.OpenConnectionAsync(ct);
                return await read(connection, ct);
            },
            cancellationToken);

    /// <summary>As <see cref="ReadAsync"/>, on one of the connections of <see cref="WalkUps"/>.</summary>
    public Task<T> ReadForWalkUpAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        RepeatAsync(
            async ct =>
            {
                await using var connection = await WalkUps.OpenConnectionAsync(ct);
                return await read(connection, ct);
            },
            cancellationToken);

    public Task<T> WriteAsync<T>(Func<DbConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        RepeatAsync(
            async ct =>
            {
                await using var connection = await Source.OpenConnectionAsync(ct);
                await using var transaction = await connection.BeginTransactionAsync(ct);
                var result = await write(connection, ct);
                await transaction.CommitAsync(ct);
                return result;
            },
            cancellationToken);

    public async Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken) =>
        await RepeatAsync(async ct => await Source.OpenConnectionAsync(ct), cancellationToken);

    /// <summary>A connection that is nobody else's, before or after, so that it may LISTEN.</summary>
    public ValueTask<NpgsqlConnection> OpenListenerAsync(CancellationToken cancellationToken) => _listening.OpenConnectionAsync(cancellationToken);

    public bool IsUniqueViolation(Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public async ValueTask DisposeAsync()
    {
        await _listening.DisposeAsync();
        await WalkUps.DisposeAsync();
        await Source.DisposeAsync();
    }

    private static async Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work(cancellationToken);
            }
            catch (Exception ex) when (attempt < Tries && StorageErrors.IsWorthRepeating(ex) && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 << attempt)), cancellationToken);
            }
            catch (Exception ex) when (StorageErrors.Translate(ex) is { } unavailable && !ReferenceEquals(unavailable, ex))
            {
                throw unavailable;
            }
        }
    }
}
