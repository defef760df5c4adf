using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Webhooks;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Webhooks;

/// <summary>What people set of a webhook. Null stays as it is; a new one needs address and events.</summary>
internal sealed record WebhookInput(string? Address, IReadOnlyList<string>? Events, bool? UserNames, bool? Enabled);

/// <summary>What became of it: the webhook, and its secret when it is new.</summary>
internal sealed record WebhookKept(WebhookRow Webhook, string? Secret);

/// <summary>Adds and changes webhooks for verbs, REST and pages alike.</summary>
internal sealed class WebhookBook(WebhookRepository webhooks, ISecretSealer sealer, WebhookOptions options, IdGenerator ids)
{
    private const int LongestName = 64;

    /// <summary>Adds or changes the webhook of that name; null and what is wrong when it can't be.</summary>
    public async Task<(WebhookKept? Kept, string? Fault)> PutAsync(long orgId, string name, WebhookInput input, string actor, CancellationToken cancellationToken)
    {
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > LongestName || trimmed.Any(char.IsControl))
        {
            return (null, $"a name has 1 to {LongestName} characters");
        }

        var before = await webhooks.FindAsync(orgId, trimmed, cancellationToken);
        string? fault = null;
        var address = input.Address is null && before is not null ? before.Address : WebhookAddress.Read(input.Address, options, out var badAddress)?.AbsoluteUri ?? Fault(badAddress);
        var events = input.Events is null && before is not null ? before.Events : WebhookEvents.Read(input.Events ?? [], out var badEvents) ?? Fault(badEvents);
        if (address is null || events is null)
        {
            return (null, fault);
        }

        var secret = before is null ? WebhookSignature.NewSecret() : null;
        await webhooks.PutAsync(new WebhookRow
        {
            Id = before?.Id ?? ids.Next(), OrgId = orgId, Name = before?.Name ?? trimmed, NameFolded = NameFolding.Fold(trimmed), Address = address, Events = events,
            UserNames = input.UserNames ?? before?.UserNames ?? false, Enabled = input.Enabled ?? before?.Enabled ?? true, SecretSealed = secret is null ? before!.SecretSealed : sealer.Seal(secret),
        }, actor, cancellationToken);
        return (new WebhookKept((await webhooks.FindAsync(orgId, trimmed, cancellationToken))!, secret), null);

        string? Fault(string? text)
        {
            fault ??= text;
            return null;
        }
    }

    /// <summary>Makes another secret and returns it; null when there is no such webhook.</summary>
    public async Task<string?> RenewSecretAsync(long orgId, string name, string actor, CancellationToken cancellationToken)
    {
        var secret = WebhookSignature.NewSecret();
        return await webhooks.SetSecretAsync(orgId, name, sealer.Seal(secret), actor, cancellationToken) ? secret : null;
    }

    /// <summary>Puts a test event into the queue and returns its id; null when there is no such webhook.</summary>
    public async Task<long?> TestAsync(long orgId, string name, string actor, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(orgId, name, cancellationToken) is not { } webhook)
        {
            return null;
        }

        var id = ids.Next();
        await webhooks.AddTestAsync(webhook, id, actor, cancellationToken);
        return id;
    }
}
