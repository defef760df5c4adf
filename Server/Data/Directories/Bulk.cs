using System.Data.Common;
using CopyTrack.Identity.Replication;
using Npgsql;

namespace CopyTrack.Server.Data.Directories;

/// <summary>One column of a statement that takes many rows.</summary>
internal abstract class BulkColumn<TRow>
{
    /// <summary>A column whose value is what <paramref name="value"/> gives; times and flags are given as numbers.</summary>
    public static BulkColumn<TRow> Of<TValue>(Func<TRow, TValue> value) => value switch
    {
        Func<TRow, string?> text => new Texts(text),
        Func<TRow, byte[]?> octets => new Octets(octets),
        _ => new Typed<TValue>(value),
    };

    /// <summary>All rows' values as one array.</summary>
    public abstract NpgsqlParameter ToArray(IReadOnlyCollection<TRow> rows);

    /// <summary>One row's value.</summary>
    public abstract object? ToValue(TRow row);

    /// <summary>Adds one row's value to rows that are copied.</summary>
    public abstract void Copy(CopyRows to, TRow row);

    private class Typed<TValue>(Func<TRow, TValue> value) : BulkColumn<TRow>
    {
        public override NpgsqlParameter ToArray(IReadOnlyCollection<TRow> rows)
        {
            var values = new TValue[rows.Count];
            var i = 0;
            foreach (var row in rows)
            {
                values[i++] = value(row);
            }

            return new NpgsqlParameter<TValue[]> { TypedValue = values };
        }

        public override object? ToValue(TRow row) => value(row);

        public override void Copy(CopyRows to, TRow row)
        {
            // The compiler leaves nothing of this but the case that fits.
            switch (value(row))
            {
                case null:
                    to.AddNull();
                    break;
                case long number:
                    to.Add(number);
                    break;
                case short number:
                    to.Add(number);
                    break;
                default:
                    throw new NotSupportedException($"a column of {typeof(TValue)} is not copied");
            }
        }
    }

    private sealed class Texts(Func<TRow, string?> value) : Typed<string?>(value)
    {
        private readonly Func<TRow, string?> _value = value;

        public override void Copy(CopyRows to, TRow row)
        {
            if (_value(row) is { } text)
            {
                to.Add(text);
            }
            else
            {
                to.AddNull();
            }
        }
    }

    private sealed class Octets(Func<TRow, byte[]?> value) : Typed<byte[]?>(value)
    {
        private readonly Func<TRow, byte[]?> _value = value;

        public override void Copy(CopyRows to, TRow row)
        {
            if (_value(row) is { } octets)
            {
                to.Add(octets);
            }
            else
            {
                to.AddNull();
            }
        }
    }
}

/// <summary>Runs statements over many rows: as arrays in one round trip on PostgreSQL, or copied where the statement is a COPY; row by row with one prepared statement on SQLite.</summary>
internal static class Bulk
{
    /// <summary>Runs the statement <paramref name="name"/>; nothing happens without rows.</summary>
    public static async Task ExecuteAsync<TRow>(
        this IDatabase database, DbConnection connection, string name, IReadOnlyCollection<TRow> rows, BulkColumn<TRow>[] columns, CancellationToken cancellationToken)
    {
        await using var batch = new BulkBatch(database, connection);
        await batch.AddAsync(name, rows, columns, cancellationToken);
        await batch.RunAsync(cancellationToken);
    }

    /// <summary>Runs the statement, which returns 16 octets for some rows, and returns those.</summary>
    public static async Task<HashSet<UInt128>> ReturningAsync<TRow>(
        this IDatabase database, DbConnection connection, string name, IReadOnlyCollection<TRow> rows, BulkColumn<TRow>[] columns, CancellationToken cancellationToken)
    {
        var found = new HashSet<UInt128>(rows.Count);
        if (rows.Count == 0)
        {
            return found;
        }

        await using var command = connection.CreateCommand();
        command.CommandText = database.Sql[name];
        if (command is NpgsqlCommand)
        {
            foreach (var column in columns)
            {
                command.Parameters.Add(column.ToArray(rows));
            }

            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                found.Add(EntryKey.Of(reader.GetFieldValue<byte[]>(0)));
            }

            return found;
        }

        foreach (var _ in BulkBatch.Rows(command, rows, columns))
        {
            if (await command.ExecuteScalarAsync(cancellationToken) is byte[] octets)
            {
                found.Add(EntryKey.Of(octets));
            }
        }

        return found;
    }
}
