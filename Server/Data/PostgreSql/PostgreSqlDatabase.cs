using System.Data.Common;
using Npgsql;

namespace CopyTrack.Server.Data.PostgreSql;

/// <summary>PostgreSQL behind one pooled source of connections whose statements are prepared by use.</summary>
internal sealed class PostgreSqlDatabase : IDatabase
{
    private const int Tries = 5;

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
        Source = NpgsqlDataSource.Create(text);
    }

    /// <summary>Where connections come from.</summary>
    public NpgsqlDataSource Source { get; }

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

    public bool IsUniqueViolation(Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public ValueTask DisposeAsync() => Source.DisposeAsync();

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
