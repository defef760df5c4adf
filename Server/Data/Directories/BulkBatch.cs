using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CopyTrack.Server.Data.Directories;

/// <summary>
/// Several statements over many rows each, in order. On PostgreSQL, where each way costs a wait, they are sent together; one that is a COPY sends what was added before it and then its
/// rows, which the database takes a page at a time. On SQLite, where no way costs anything, each runs at once.
/// </summary>
internal sealed class BulkBatch(IDatabase database, DbConnection connection) : IAsyncDisposable
{
    private readonly NpgsqlBatch? _batch = connection is NpgsqlConnection npgsql ? npgsql.CreateBatch() : null;
    private CopyRows? _copies;

    /// <summary>Adds the statement <paramref name="name"/>; nothing happens without rows.</summary>
    public async ValueTask AddAsync<TRow>(string name, IReadOnlyCollection<TRow> rows, BulkColumn<TRow>[] columns, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        if (_batch is not null)
        {
            var statement = database.Sql[name];
            if (statement.StartsWith("copy ", StringComparison.Ordinal))
            {
                await RunAsync(cancellationToken);
                await (_copies ??= new CopyRows()).WriteAsync((NpgsqlConnection)connection, statement, rows, columns, cancellationToken);
                return;
            }

            var one = new NpgsqlBatchCommand(statement);
            foreach (var column in columns)
            {
                one.Parameters.Add(column.ToArray(rows));
            }

            _batch.BatchCommands.Add(one);
            return;
        }

        await using var command = connection.CreateCommand();
        command.CommandText = database.Sql[name];
        foreach (var _ in Rows(command, rows, columns))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Sends what was added.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_batch is { BatchCommands.Count: > 0 })
        {
            await _batch.ExecuteNonQueryAsync(cancellationToken);
            _batch.BatchCommands.Clear();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _copies?.Dispose();
        return _batch?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Sets the parameters to one row after another.</summary>
    internal static IEnumerable<TRow> Rows<TRow>(DbCommand command, IReadOnlyCollection<TRow> rows, BulkColumn<TRow>[] columns)
    {
        var parameters = new SqliteParameter[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            command.Parameters.Add(parameters[i] = new SqliteParameter { ParameterName = FormattableString.Invariant($"@p{i}") });
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                parameters[i].Value = columns[i].ToValue(row) ?? DBNull.Value;
            }

            yield return row;
        }
    }
}
