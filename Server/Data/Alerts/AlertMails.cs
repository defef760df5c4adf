using Dapper;

namespace CopyTrack.Server.Data.Alerts;

/// <summary>Mails about alerts that wait. Times of claims are those of the database's clock, times to try again those of the caller.</summary>
public sealed class AlertMails(IDatabase database, DataOptions data, TimeProvider time)
{
    private const int LongestMessage = 1000;

    /// <summary>Longest work on one mail with a slow mail server.</summary>
    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(5);

    /// <summary>Claims one mail for this node; null when none waits. What a node left in the middle of handing over is put into doubt first.</summary>
    public Task<AlertMailRow?> ClaimAsync(CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await c.ExecuteAsync(Command("AlertMail_Doubt", new { message = "The server ended while it handed the mail over; it may have arrived." }, ct));
            return await c.QuerySingleOrDefaultAsync<AlertMailRow>(Command("AlertMail_Claim", new { node = data.Node, length = (long)s_lease.TotalMicroseconds, now = time.GetUtcNow() }, ct));
        },
        cancellationToken);

    /// <summary>The alerts of a mail, each with what is told of it.</summary>
    public Task<IReadOnlyList<AlertRow>> AlertsAsync(long mailId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AlertRow>>(
        async (c, ct) => (await c.QueryAsync<AlertRow>(Command("AlertTelling_OfMail", new { mailId }, ct))).AsList(), cancellationToken);

    /// <summary>Says what became of a claimed mail; false when the claim was lost, so that nothing may be sent.</summary>
    public Task<bool> PutAsync(AlertMailRow claimed, int state, DateTimeOffset nextTry, DateTimeOffset? sentAt, string? message, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) => await c.ExecuteAsync(Command(
            "AlertMail_Put",
            new { id = claimed.Id, node = data.Node, attempts = claimed.Attempts, state, nextTry, sentAt, message = message is { Length: > LongestMessage } ? message[..LongestMessage] : message },
            ct)) == 1, cancellationToken);

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
