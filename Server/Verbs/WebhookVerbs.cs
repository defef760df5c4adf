using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Data.Webhooks;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Webhooks;

namespace CopyTrack.Server.Verbs;

/// <summary><c>webhook list|put|delete|secret|resume|test|log</c>.</summary>
internal sealed class WebhookVerbs(WebhookRepository webhooks, WebhookBook book)
{
    private const string Actor = "cli";
    private const long OrgId = OrganisationRepository.DefaultId;
    private const int Logged = 50;

    /// <summary>One line for each webhook: name, state, events, how many wait, address.</summary>
    public async Task<int> ListAsync(TextWriter output, CancellationToken cancellationToken)
    {
        foreach (var w in await webhooks.ListAsync(OrgId, cancellationToken))
        {
            var state = !w.Enabled ? "off" : w.PausedAt is not null ? "paused" : w.FailingSince is not null ? "failing" : "good";
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{w.Name} {state} {w.Events} waiting={w.Waiting} {w.Address}{(w.PausedReason is { } reason ? $" ({reason})" : "")}"));
        }

        return 0;
    }

    /// <summary>Adds or changes; prints the secret of a new one. 1 with the reason when it can't be.</summary>
    public async Task<int> PutAsync(string name, string? address, string? events, bool? userNames, bool? enabled, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var (kept, fault) = await book.PutAsync(OrgId, name, new WebhookInput(address, events?.Split(';'), userNames, enabled), Actor, cancellationToken);
        if (kept is null)
        {
            await error.WriteLineAsync(fault);
            return 1;
        }

        if (kept.Secret is { } secret)
        {
            await output.WriteLineAsync(secret);
        }

        return 0;
    }

    public async Task<int> DeleteAsync(string name, TextWriter error, CancellationToken cancellationToken) =>
        await webhooks.DeleteAsync(OrgId, name, Actor, cancellationToken) ? 0 : await UnknownAsync(name, error);

    public async Task<int> SecretAsync(string name, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (await book.RenewSecretAsync(OrgId, name, Actor, cancellationToken) is not { } secret)
        {
            return await UnknownAsync(name, error);
        }

        await output.WriteLineAsync(secret);
        return 0;
    }

    public async Task<int> ResumeAsync(string name, TextWriter error, CancellationToken cancellationToken) =>
        await webhooks.ResumeAsync(OrgId, name, Actor, cancellationToken) ? 0 : await UnknownAsync(name, error);

    /// <summary>Prints the id of the test event.</summary>
    public async Task<int> TestAsync(string name, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (await book.TestAsync(OrgId, name, Actor, cancellationToken) is not { } id)
        {
            return await UnknownAsync(name, error);
        }

        await output.WriteLineAsync(id.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>One line for each event, and below it one for each try.</summary>
    public async Task<int> LogAsync(string name, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(OrgId, name, cancellationToken) is not { } webhook)
        {
            return await UnknownAsync(name, error);
        }

        var (events, tries) = await webhooks.LogAsync(webhook.Id, long.MaxValue, Logged, cancellationToken);
        foreach (var e in events)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{e.EventId} {ReportJson.Rfc3339(e.At)} {e.Kind} {Words.Camel(((WebhookState)e.State).ToString())} {e.Device}"));
            foreach (var t in tries[e.EventId])
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {t.Number} {ReportJson.Rfc3339(t.At)} {t.TookMs} ms {t.Status} {t.Cause ?? "taken"}"));
            }
        }

        return 0;
    }

    private static async Task<int> UnknownAsync(string name, TextWriter error)
    {
        await error.WriteLineAsync($"there is no webhook '{name}'");
        return 1;
    }
}
