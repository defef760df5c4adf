using System.Collections.Immutable;
using System.Text.Json;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Lookup;
using Microsoft.Data.Sqlite;

namespace CopyTrack.Server.Data.Sqlite;

/// <summary>Answers logins with prepared statements on connections of its own, one for each worker.</summary>
internal sealed class SqliteLoginLookup : ILoginLookup, IAsyncDisposable
{
    private const int Workers = 2;

    private readonly SqliteDatabase _database;
    private readonly QuestionBatcher<LoginQuestion, LoginAnswer> _batcher;
    private readonly (SqliteConnection Connection, SqliteStatements Statements)?[] _open = new (SqliteConnection, SqliteStatements)?[Workers];

    public SqliteLoginLookup(SqliteDatabase database)
    {
        _database = database;
        _batcher = new QuestionBatcher<LoginQuestion, LoginAnswer>(Workers, AnswerAsync);
    }

    public Task<LoginAnswer> AskAsync(LoginQuestion question, CancellationToken cancellationToken) => _batcher.AskAsync(question, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        for (var worker = 0; worker < Workers; worker++)
        {
            Close(worker);
        }
    }

    private async Task<LoginAnswer[]> AnswerAsync(int worker, IReadOnlyList<LoginQuestion> questions)
    {
        try
        {
            if (_open[worker] is not { } open)
            {
                var connection = (SqliteConnection)await _database.OpenReaderAsync(CancellationToken.None);
                _open[worker] = open = (connection, new SqliteStatements(connection));
            }

            return [.. questions.Select(q => Answer(open.Statements, q))];
        }
        catch (SqliteException)
        {
            Close(worker);
            throw;
        }
    }

    private void Close(int worker)
    {
        _open[worker]?.Statements.Dispose();
        _open[worker]?.Connection.Dispose();
        _open[worker] = null;
    }

    private LoginAnswer Answer(SqliteStatements statements, LoginQuestion question)
    {
        var person = question.Principal is { } principal ? FindPrincipal(statements, question, principal)
            : question.Cards.IsDefaultOrEmpty
            ? Find(statements, "Login_ByPin", question, question.Pins)
            : Find(statements, "Login_ByCard", question, question.Cards);
        using var row = statements.Get(
            _database.Sql["Login_Terminals"], ("@orgId", question.OrgId), ("@terminalId", Columns.Text(question.TerminalId)),
            ("@deviceId", question.DeviceId), ("@attempt", Columns.Text(question.Attempt)), ("@name", Columns.Text(question.NameKey))).ExecuteReader();
        row.Read();
        return new LoginAnswer
        {
            StoredReply = Text(row, 0), TerminalLockout = Text(row, 1), DeviceFunctions = Text(row, 2),
            DeviceColor = row.IsDBNull(3) ? null : row.GetInt64(3) != 0, NameLockout = Text(row, 4), Person = person, LocksAtZero = !row.IsDBNull(5) && row.GetInt64(5) != 0,
        };
    }

    private FoundPerson? Find(SqliteStatements statements, string name, LoginQuestion question, ImmutableArray<KeyedHash> hashes)
    {
        foreach (var hash in hashes.IsDefault ? [] : hashes)
        {
            using var row = statements.Get(_database.Sql[name], [("@orgId", question.OrgId), ("@keyId", hash.KeyId), ("@hash", hash.Hash.ToArray()), .. Days(question)]).ExecuteReader();
            if (row.Read())
            {
                return Person(row);
            }
        }

        return null;
    }

    private FoundPerson? FindPrincipal(SqliteStatements statements, LoginQuestion question, string principal)
    {
        using var row = statements.Get(_database.Sql["Login_ByPrincipal"], [("@orgId", question.OrgId), ("@principal", Columns.Text(principal)), .. Days(question)]).ExecuteReader();
        return row.Read() ? Person(row) : null;
    }

    private static (string, object?)[] Days(LoginQuestion question)
    {
        var days = LoginLimits.Starts(question.Today);
        return [("@day", days.Day), ("@month", days.Month), ("@year", days.Year)];
    }

    private static FoundPerson Person(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0), UserName = row.GetString(1), DisplayName = Text(row, 2), Language = Text(row, 3), Enabled = row.GetInt64(4) != 0,
        Functions = Text(row, 5), ProjectRequired = row.GetInt64(6) != 0, CardKeyId = Text(row, 7),
        Pin = row.IsDBNull(8) ? null : new KeyedHash(row.GetString(8), row.GetFieldValue<byte[]>(9)), Lockout = Text(row, 10),
        Groups = [.. JsonSerializer.Deserialize<string[]>(row.GetString(11))!.Order(StringComparer.Ordinal)], Limits = LoginLimits.Read(Text(row, 12)),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
