using System.Data.Common;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Webhooks;

/// <summary>Webhooks of organisations by folded name; each change is in the audit log, without secrets.</summary>
public sealed class WebhookRepository(IDatabase database, AuditLog audit, TimeProvider time)
{
    /// <summary>How long the secret of before still signs after it was replaced.</summary>
    public static readonly TimeSpan SecretOverlap = TimeSpan.FromHours(24);

    /// <summary>All webhooks by name.</summary>
    public Task<IReadOnlyList<WebhookRow>> ListAsync(long orgId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<WebhookRow>>(
        async (c, ct) => [.. await c.QueryAsync<WebhookRow>(Command("Webhook_List", new { orgId }, ct))], cancellationToken);

    /// <summary>The webhook of that name, or null.</summary>
    public Task<WebhookRow?> FindAsync(long orgId, string name, CancellationToken cancellationToken) =>
        database.ReadAsync((c, ct) => FindAsync(c, orgId, name, ct), cancellationToken);

    /// <summary>Adds the webhook, or changes address, events, names and switch of the one of that name, which keeps its secret. True when it is new.</summary>
    public Task<bool> PutAsync(WebhookRow row, string actor, CancellationToken cancellationToken) => database.WriteAsync(async (c, ct) =>
    {
        var before = await FindAsync(c, row.OrgId, row.Name, ct);
        await c.ExecuteAsync(Command("Webhook_Put", new
        {
            id = before?.Id ?? row.Id, orgId = row.OrgId, name = row.Name, nameFolded = row.NameFolded, address = row.Address, events = row.Events, userNames = row.UserNames, enabled = row.Enabled,
            secretSealed = row.SecretSealed, now = time.GetUtcNow(),
        }, ct));
        if (Differences(before, row) is { IsEmpty: false } values)
        {
            await audit.AddAsync(c, row.OrgId, actor, before is null ? "webhook.add" : "webhook.change", $"webhook:{row.Name}", values, ct);
        }

        return before is null;
    }, cancellationToken);

    /// <summary>Deletes the webhook with what waits for it; false when there is none.</summary>
    public Task<bool> DeleteAsync(long orgId, string name, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(orgId, name, "webhook.delete", actor, before => ("Webhook_Delete", new { id = before.Id }), cancellationToken);

    /// <summary>Gives the webhook another secret; the one of before signs too for <see cref="SecretOverlap"/>. False when there is none.</summary>
    public Task<bool> SetSecretAsync(long orgId, string name, byte[] secretSealed, string actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return ChangeAsync(orgId, name, "webhook.secret", actor, before => ("Webhook_SetSecret", new { id = before.Id, secret = secretSealed, until = now + SecretOverlap, now }), cancellationToken);
    }

    /// <summary>Ends the pause, and makes what waits due now; false when there is none.</summary>
    public async Task<bool> ResumeAsync(long orgId, string name, string actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await ChangeAsync(orgId, name, "webhook.resume", actor, before => ("Webhook_Resume", new { id = before.Id, now }), cancellationToken)
            && await ChangeAsync(orgId, name, null, actor, before => ("Webhook_DueAll", new { id = before.Id, now }), cancellationToken);
    }

    /// <summary>Events with their tries, newest first, before <paramref name="before"/>.</summary>
    public Task<(IReadOnlyList<WebhookEventRow> Events, ILookup<long, WebhookTryRow> Tries)> LogAsync(long webhookId, long before, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        async (c, ct) =>
        {
            IReadOnlyList<WebhookEventRow> events = [.. await c.QueryAsync<WebhookEventRow>(Command("WebhookEvent_List", new { webhookId, before, limit }, ct))];
            var tries = events.Count == 0 ? [] : await c.QueryAsync<WebhookTryRow>(Command("WebhookTry_List", new { webhookId, first = events[^1].EventId, last = events[0].EventId }, ct));
            return (events, tries.ToLookup(t => t.EventId));
        },
        cancellationToken);

    /// <summary>Adds an event that nothing caused, to see whether the receiver answers.</summary>
    public Task AddTestAsync(WebhookRow webhook, long eventId, string actor, CancellationToken cancellationToken) => database.WriteAsync(async (c, ct) =>
    {
        var now = time.GetUtcNow();
        await c.ExecuteAsync(Command("WebhookEvent_Add", new { webhookId = webhook.Id, eventId, kind = "test", at = now, deviceId = (long?)null, payload = "{}", now }, ct));
        await audit.AddAsync(c, webhook.OrgId, actor, "webhook.test", $"webhook:{webhook.Name}", null, null, ct);
        return true;
    }, cancellationToken);

    /// <summary>Sends an event again, whatever became of it; false when it is not kept.</summary>
    public Task<bool> AgainAsync(WebhookRow webhook, long eventId, string actor, CancellationToken cancellationToken) => database.WriteAsync(async (c, ct) =>
    {
        if (await c.ExecuteAsync(Command("WebhookEvent_Again", new { webhookId = webhook.Id, eventId, now = time.GetUtcNow() }, ct)) == 0)
        {
            return false;
        }

        await audit.AddAsync(c, webhook.OrgId, actor, "webhook.again", $"webhook:{webhook.Name}", null, eventId.ToString(System.Globalization.CultureInfo.InvariantCulture), ct);
        return true;
    }, cancellationToken);

    private Task<bool> ChangeAsync(long orgId, string name, string? action, string actor, Func<WebhookRow, (string Statement, object Parameters)> change, CancellationToken cancellationToken) =>
        database.WriteAsync(async (c, ct) =>
        {
            if (await FindAsync(c, orgId, name, ct) is not { } before)
            {
                return false;
            }

            var (statement, parameters) = change(before);
            await c.ExecuteAsync(Command(statement, parameters, ct));
            if (action is not null)
            {
                await audit.AddAsync(c, orgId, actor, action, $"webhook:{before.Name}", action == "webhook.delete" ? Differences(before, null) : new AuditValues(), ct);
            }

            return true;
        }, cancellationToken);

    private Task<WebhookRow?> FindAsync(DbConnection connection, long orgId, string name, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<WebhookRow>(Command("Webhook_Find", new { orgId, name = NameFolding.Fold(name) }, cancellationToken));

    /// <summary>What differs. Of the address only where it leads: its path may say more than others should know, so of a path the log tells that it differs.</summary>
    internal static AuditValues Differences(WebhookRow? before, WebhookRow? after) => new AuditValues()
        .Add("receiver", Receiver(before), Receiver(after)).AddKept("address", before?.Address != after?.Address, before is not null, after is not null)
        .Add("events", before?.Events, after?.Events).Add("userNames", before?.UserNames, after?.UserNames).Add("enabled", before?.Enabled, after?.Enabled);

    private static string? Receiver(WebhookRow? row) => Uri.TryCreate(row?.Address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null;

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
