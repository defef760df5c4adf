using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Stored answers to login attempts; they are written by the journal and looked up with the login.</summary>
internal sealed class AttemptRepository(IDatabase database)
{
    /// <summary>How long an answer is kept at least (docs/terminal-protocol.md §3); longer while its session lives.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(15);

    /// <summary>Keeps the answer to a failed attempt; false when an answer to it is kept already.</summary>
    public async Task<bool> KeepAsync(string terminal, string attempt, DateTimeOffset at, long device, string reply, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            (connection, ct) => connection.ExecuteAsync(new CommandDefinition(database.Sql["LoginAttempt_Add"], new { terminal, attempt, at, device, reply }, cancellationToken: ct)),
            cancellationToken) == 1;

    /// <summary>Forgets answers older than <see cref="Kept"/> whose session has settled or that opened none; returns how many.</summary>
    public Task<int> PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(database.Sql["Attempt_Purge"], new { before = now - Kept }, cancellationToken: ct)),
        cancellationToken);
}
