using System.Text.Json;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Webhooks;

/// <summary>What is to be sent to webhooks: spread from the outbox, claimed by nodes, kept with each try.</summary>
public sealed class WebhookQueue(IDatabase database, AuditLog audit)
{
    private const int AtOnce = 500;

    // A number given by the database may be committed later than a higher one, but hardly by more.
    private static readonly TimeSpan s_late = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gives each new message of the outbox that is an event to the webhooks that want it, and returns how many were given. A message is given once, whichever nodes look; those
    /// that were committed late are found for a minute at least. <paramref name="kindOf"/> says which kind of event a message is for a webhook with these events, null for none.
    /// </summary>
    public Task<int> SpreadAsync(DateTimeOffset now, Func<WebhookNews, string, string?> kindOf, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            if (await c.QuerySingleOrDefaultAsync<Mark>(Command("WebhookMark_Take", new { }, ct)) is not { } mark)
            {
                // Another node is at it.
                return 0;
            }

            var given = 0;
            var filters = (await c.QueryAsync<WebhookFilter>(Command("Webhook_Active", new { }, ct))).AsList();
            var after = mark.Settled;
            for (List<WebhookNews>? news = null; filters.Count > 0 && news is not { Count: < AtOnce }; after = news.Count > 0 ? news[^1].Id : after)
            {
                news = (await c.QueryAsync<WebhookNews>(Command("WebhookMark_News", new { after, limit = AtOnce }, ct))).AsList();
                foreach (var (one, filter) in news.SelectMany(n => filters.Where(f => n.Id > f.FromEvent && f.OrgId == (n.OrgId ?? OrganisationRepository.DefaultId)).Select(f => (n, f))))
                {
                    if (kindOf(one, filter.Events) is { } kind)
                    {
                        given += await c.ExecuteAsync(Command(
                            "WebhookEvent_Add", new { webhookId = filter.Id, eventId = one.Id, kind, at = one.At, deviceId = one.DeviceId, payload = one.Payload, now }, ct));
                    }
                }
            }

            if (now - mark.SeenAt > s_late)
            {
                var last = await c.ExecuteScalarAsync<long>(Command("Outbox_Last", new { }, ct));
                await c.ExecuteAsync(Command("WebhookMark_Set", new { settled = mark.Seen, seen = last, seenAt = now }, ct));
            }

            return given;
        },
        cancellationToken);

    /// <summary>Claims webhooks that something is due for and that no other node serves.</summary>
    public Task<IReadOnlyList<WebhookRow>> ClaimAsync(string node, DateTimeOffset now, TimeSpan lease, int max, CancellationToken cancellationToken) => database.WriteAsync<IReadOnlyList<WebhookRow>>(
        async (c, ct) => (await c.QueryAsync<WebhookRow>(Command("Webhook_Claim", new { node, now, length = (long)lease.TotalMicroseconds, max }, ct))).AsList(), cancellationToken);

    /// <summary>Ends a claim.</summary>
    public Task ReleaseAsync(long id, string node, CancellationToken cancellationToken) =>
        database.WriteAsync((c, ct) => c.ExecuteAsync(Command("Webhook_Release", new { id, node }, ct)), cancellationToken);

    /// <summary>What is due for a webhook, the oldest first.</summary>
    public Task<IReadOnlyList<WebhookEventRow>> DueAsync(long webhookId, DateTimeOffset now, int count, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<WebhookEventRow>>(
        async (c, ct) => (await c.QueryAsync<WebhookEventRow>(Command("WebhookEvent_Due", new { webhookId, now, count }, ct))).AsList(), cancellationToken);

    /// <summary>The names behind a session's ids; null when there is no such session.</summary>
    public Task<WebhookSession?> SessionAsync(long id, CancellationToken cancellationToken) =>
        database.ReadAsync((c, ct) => c.QuerySingleOrDefaultAsync<WebhookSession>(Command("WebhookSession_Get", new { id }, ct)), cancellationToken);

    /// <summary>
    /// Keeps what came of a try. <paramref name="rest"/> says from how many failures in a row since when, how long the receiver is left alone; <paramref name="pause"/> why it is paused, both null for not at all.
    /// A pause is told by an alert. Returns the reason when this try paused it.
    /// </summary>
    public Task<string?> KeepAsync(
        WebhookOutcome outcome, Func<long, DateTimeOffset, TimeSpan?> rest, Func<DateTimeOffset, string?> pause, CancellationToken cancellationToken) => database.WriteAsync(async (c, ct) =>
    {
        var (id, at) = (outcome.Try.WebhookId, outcome.Try.At);
        var ended = outcome.State == WebhookState.Waiting ? (DateTimeOffset?)null : at;
        var number = await c.QuerySingleOrDefaultAsync<long?>(Command("WebhookEvent_Tried", new { webhookId = id, eventId = outcome.Try.EventId, state = (long)outcome.State, nextDue = outcome.NextDue, endedAt = ended }, ct));
        if (number is null)
        {
            // The webhook was deleted while it was sent to.
            return null;
        }

        await c.ExecuteAsync(Command("WebhookTry_Add", outcome.Try with { Number = number.Value }, ct));
        if (outcome.IsGood)
        {
            await c.ExecuteAsync(Command("Webhook_Delivered", new { id }, ct));
            return null;
        }

        var failed = await c.QuerySingleAsync<Failed>(Command("Webhook_Failed", new { id, now = at }, ct));
        if (rest(failed.Failures, failed.FailingSince) is { } alone)
        {
            await c.ExecuteAsync(Command("Webhook_Rest", new { id, due = at + alone }, ct));
        }

        return pause(failed.FailingSince) is { } reason && await c.QuerySingleOrDefaultAsync<Paused>(Command("Webhook_Pause", new { id, now = at, reason }, ct)) is { } paused
            ? await TellAsync(c, paused, reason, at, ct) : null;
    }, cancellationToken);

    /// <summary>Gives up what waited since before <paramref name="waiting"/>, and forgets what ended and is older than <paramref name="ended"/>.</summary>
    public Task PurgeAsync(DateTimeOffset waiting, DateTimeOffset ended, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(async (c, ct) =>
        await c.ExecuteAsync(Command("WebhookEvent_GiveUp", new { before = waiting, now }, ct)) + await c.ExecuteAsync(Command("WebhookEvent_Purge", new { before = ended }, ct)), cancellationToken);

    private async Task<string> TellAsync(System.Data.Common.DbConnection connection, Paused paused, string reason, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Serialize(new { kind = "webhookPaused", webhook = paused.Name, message = reason });
        await connection.ExecuteAsync(Command("Outbox_Add", new { at, topic = "alert", deviceId = (long?)null, payload }, cancellationToken));
        await audit.AddAsync(connection, paused.OrgId, "server", "webhook.pause", $"webhook:{paused.Name}", null, reason, cancellationToken);
        return reason;
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);

    private sealed record Mark
    {
        public required long Settled { get; init; }
        public required long Seen { get; init; }
        public required DateTimeOffset SeenAt { get; init; }
    }

    private sealed record Failed
    {
        public required long Failures { get; init; }
        public required DateTimeOffset FailingSince { get; init; }
    }

    private sealed record Paused
    {
        public required string Name { get; init; }
        public required long OrgId { get; init; }
    }
}
