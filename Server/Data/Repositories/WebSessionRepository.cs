using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>How far a sign-in of the web has come.</summary>
public enum WebSessionStage
{
    /// <summary>Signed in.</summary>
    SignedIn = 0,

    /// <summary>The password was right; the second step is asked for.</summary>
    SecondStep = 1,

    /// <summary>The password was right; a second step must be set up.</summary>
    Enrolment = 2,
}

/// <summary>A session of the web as stored, by the hash of its cookie; of an account or of a person.</summary>
public record WebSessionRow
{
    public required byte[] Hash { get; init; }
    public required long OrgId { get; init; }
    public long? AccountId { get; init; }
    public long? PersonId { get; init; }
    /// <summary><c>local</c>, <c>password</c> or <c>negotiate</c>.</summary>
    public required string Method { get; init; }
    public required WebSessionStage Stage { get; init; }
    public required DateTimeOffset BeganAt { get; init; }
    public required DateTimeOffset SeenAt { get; init; }
    /// <summary>When the person last showed a secret; null when a computer vouched for them.</summary>
    public DateTimeOffset? ProvedAt { get; init; }
    /// <summary>Sealed secret of a second step that is being set up.</summary>
    public byte[]? TotpSecret { get; init; }

    /// <summary>For the audit log: never a name.</summary>
    public string Actor => AccountId is { } account ? $"account:{account}" : $"person:{PersonId}";
}

/// <summary>A session with whose it is.</summary>
public sealed record WebSessionView : WebSessionRow
{
    public string? AccountName { get; init; }
    public string? AccountRole { get; init; }
    public string? AccountScope { get; init; }
    public bool AccountEnabled { get; init; }
    public string? UserName { get; init; }
    public string? DisplayName { get; init; }
    /// <summary>The person's language as a tag such as <c>de</c>, or null.</summary>
    public string? Language { get; init; }
    public bool PersonEnabled { get; init; }
    public bool DirectoryEnabled { get; init; }
    /// <summary>Folded names of the person's groups; empty for an account.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Name to show.</summary>
    public string Name => AccountName ?? DisplayName ?? UserName ?? "";

    /// <summary>False when whose it is was switched off since.</summary>
    public bool Enabled => AccountEnabled && PersonEnabled && DirectoryEnabled;
}

/// <summary>Sessions of the web. What they hold is asked of the database each time, so a change of role or an end works at once on every node.</summary>
public sealed class WebSessionRepository(IDatabase database, AuditLog audit, TimeProvider time)
{
    /// <summary>Begins a session in place of <paramref name="before"/>, which ends; <paramref name="audited"/> is the action for the audit log, null for none.</summary>
    public Task BeginAsync(WebSessionRow session, byte[]? before, string? audited, string? detail, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (before is not null)
            {
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["WebSession_End"], new { hash = before }, cancellationToken: ct));
            }

            await connection.ExecuteAsync(new CommandDefinition(
                database.Sql["WebSession_Add"],
                new { session.Hash, session.OrgId, session.AccountId, session.PersonId, session.Method, Stage = (long)session.Stage, session.BeganAt, session.SeenAt, session.ProvedAt, session.TotpSecret },
                cancellationToken: ct));
            if (audited is not null)
            {
                await audit.AddAsync(connection, session.OrgId, session.Actor, audited, session.Actor, null, detail, ct);
            }

            return true;
        },
        cancellationToken);

    /// <summary>The session of that hash, or null.</summary>
    public Task<WebSessionView?> FindAsync(byte[] hash, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) =>
        {
            var found = await connection.QuerySingleOrDefaultAsync<WebSessionView>(new CommandDefinition(database.Sql["WebSession_Get"], new { hash }, cancellationToken: ct));
            return found?.PersonId is not { } id ? found
                : found with { Groups = (await connection.QueryAsync<string>(new CommandDefinition(database.Sql["WebSession_Groups"], new { id }, cancellationToken: ct))).AsList() };
        },
        cancellationToken);

    /// <summary>Remembers that the session is in use now.</summary>
    public Task SeenAsync(byte[] hash, CancellationToken cancellationToken) => RunAsync("WebSession_Seen", new { hash, now = time.GetUtcNow() }, cancellationToken);

    /// <summary>Remembers that the person has shown their secret again.</summary>
    public Task ProvedAsync(byte[] hash, CancellationToken cancellationToken) => RunAsync("WebSession_Proved", new { hash, now = time.GetUtcNow() }, cancellationToken);

    /// <summary>Ends a session by the wish of whose it is.</summary>
    public Task EndAsync(WebSessionRow session, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (await connection.ExecuteAsync(new CommandDefinition(database.Sql["WebSession_End"], new { hash = session.Hash }, cancellationToken: ct)) > 0)
            {
                await audit.AddAsync(connection, session.OrgId, session.Actor, "signOut", session.Actor, null, null, ct);
            }

            return true;
        },
        cancellationToken);

    /// <summary>Writes into the audit log that a sign-in of somebody who exists was refused; <paramref name="subject"/> is a kind and an id.</summary>
    public Task RefusedAsync(string subject, string detail, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            await audit.AddAsync(connection, OrganisationRepository.DefaultId, "web", "signIn.refused", subject, null, detail, ct);
            return true;
        },
        cancellationToken);

    /// <summary>Ends a session that has had its time, without a word.</summary>
    public Task ForgetAsync(byte[] hash, CancellationToken cancellationToken) => RunAsync("WebSession_End", new { hash }, cancellationToken);

    /// <summary>Forgets sessions that began before; returns how many.</summary>
    public Task<int> PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) => RunAsync("WebSession_Purge", new { before }, cancellationToken);

    private Task<int> RunAsync(string name, object parameters, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(database.Sql[name], parameters, cancellationToken: ct)), cancellationToken);
}
