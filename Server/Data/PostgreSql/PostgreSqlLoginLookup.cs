using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Lookup;
using Npgsql;

namespace CopyTrack.Server.Data.PostgreSql;

/// <summary>Answers the logins that wait with one round trip of at most four statements.</summary>
internal sealed class PostgreSqlLoginLookup : ILoginLookup, IAsyncDisposable
{
    private const int Workers = 2;

    private readonly PostgreSqlDatabase _database;
    private readonly QuestionBatcher<LoginQuestion, LoginAnswer> _batcher;

    public PostgreSqlLoginLookup(PostgreSqlDatabase database)
    {
        _database = database;
        _batcher = new QuestionBatcher<LoginQuestion, LoginAnswer>(Workers, (_, questions) => AnswerAsync(questions));
    }

    public Task<LoginAnswer> AskAsync(LoginQuestion question, CancellationToken cancellationToken) => _batcher.AskAsync(question, cancellationToken);

    public ValueTask DisposeAsync() => _batcher.DisposeAsync();

    private Task<LoginAnswer[]> AnswerAsync(IReadOnlyList<LoginQuestion> questions) => _database.ReadForWalkUpAsync(
        async (connection, ct) =>
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(Command("Login_Terminals",
                new NpgsqlParameter<long[]> { TypedValue = [.. questions.Select(q => q.OrgId)] },
                new NpgsqlParameter<string?[]> { TypedValue = [.. questions.Select(q => Columns.Text(q.TerminalId))] },
                new NpgsqlParameter<long[]> { TypedValue = [.. questions.Select(q => q.DeviceId)] },
                new NpgsqlParameter<string?[]> { TypedValue = [.. questions.Select(q => Columns.Text(q.Attempt))] },
                new NpgsqlParameter<string?[]> { TypedValue = [.. questions.Select(q => Columns.Text(q.NameKey))] }));
            AddPeople(batch, "Login_ByCard", questions, q => q.Cards);
            AddPeople(batch, "Login_ByPin", questions, q => q.Cards.IsDefaultOrEmpty ? q.Pins : []);
            AddPrincipals(batch, questions);
            await using var row = await batch.ExecuteReaderAsync(ct);
            return await ReadAsync(row, questions.Count);
        },
        CancellationToken.None);

    private static async Task<LoginAnswer[]> ReadAsync(NpgsqlDataReader row, int count)
    {
        var answers = new LoginAnswer[count];
        while (await row.ReadAsync())
        {
            answers[row.GetInt64(0) - 1] = new LoginAnswer
            {
                StoredReply = Text(row, 1), TerminalLockout = Text(row, 2), DeviceFunctions = Text(row, 3),
                DeviceColor = row.IsDBNull(4) ? null : row.GetInt16(4) != 0, NameLockout = Text(row, 5), LocksAtZero = !row.IsDBNull(6) && row.GetInt16(6) != 0,
            };
        }

        while (await row.NextResultAsync())
        {
            while (await row.ReadAsync())
            {
                var n = row.GetInt32(0);
                answers[n] = answers[n] with { Person = answers[n].Person ?? Person(row) };
            }
        }

        return answers;
    }

    private static FoundPerson Person(DbDataReader row) => new()
    {
        Id = row.GetInt64(1), UserName = row.GetString(2), DisplayName = Text(row, 3), Language = Text(row, 4), Enabled = row.GetInt16(5) != 0,
        Functions = Text(row, 6), ProjectRequired = row.GetInt16(7) != 0, CardKeyId = Text(row, 8),
        Pin = row.IsDBNull(9) ? null : new KeyedHash(row.GetString(9), row.GetFieldValue<byte[]>(10)), Lockout = Text(row, 11),
        Groups = row.IsDBNull(12) ? [] : ImmutableArray.Create(row.GetFieldValue<string[]>(12)), Limits = LoginLimits.Read(Text(row, 13)),
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private void AddPeople(NpgsqlBatch batch, string name, IReadOnlyList<LoginQuestion> questions, Func<LoginQuestion, ImmutableArray<KeyedHash>> hashes)
    {
        var rows = questions.SelectMany((q, n) => hashes(q).Select(hash => (N: n, q.OrgId, hash.KeyId, hash.Hash))).ToList();
        if (rows.Count > 0)
        {
            batch.BatchCommands.Add(Command(name,
                [
                    new NpgsqlParameter<int[]> { TypedValue = [.. rows.Select(r => r.N)] }, new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(r => r.OrgId)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(r => r.KeyId)] },
                    new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(r => r.Hash.ToArray())] }, .. Days(questions),
                ]));
        }
    }

    private void AddPrincipals(NpgsqlBatch batch, IReadOnlyList<LoginQuestion> questions)
    {
        var rows = questions.Select((q, n) => (N: n, q.OrgId, q.Principal)).Where(r => r.Principal is not null).ToList();
        if (rows.Count > 0)
        {
            batch.BatchCommands.Add(Command("Login_ByPrincipal",
                [new NpgsqlParameter<int[]> { TypedValue = [.. rows.Select(r => r.N)] }, new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(r => r.OrgId)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(r => Columns.Text(r.Principal)!)] }, .. Days(questions)]));
        }
    }

    /// <summary>Questions that share a round trip are asked at one moment; the latest day is everyone's.</summary>
    private static NpgsqlParameter[] Days(IReadOnlyList<LoginQuestion> questions)
    {
        var days = LoginLimits.Starts(questions.Max(q => q.Today));
        return [new NpgsqlParameter<int> { TypedValue = days.Day }, new NpgsqlParameter<int> { TypedValue = days.Month }, new NpgsqlParameter<int> { TypedValue = days.Year }];
    }

    private NpgsqlBatchCommand Command(string name, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(_database.Sql[name]);
        command.Parameters.AddRange(parameters);
        return command;
    }
}
