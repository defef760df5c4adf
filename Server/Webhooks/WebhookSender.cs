using System.Diagnostics;
using System.Security.Cryptography;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Webhooks;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Webhooks;

/// <summary>
/// Spreads events to webhooks and sends what is due, shared among nodes by claims of webhooks. An event may be sent more than once, after a crash or an answer that was lost; its id stays the same. Their
/// order is not promised.
/// </summary>
internal sealed class WebhookSender(
    WebhookQueue queue, WebhookBodies bodies, WebhookTransport transport, ISecretSealer sealer, WebhookOptions options, DataOptions data, TimeProvider time, ILogger<WebhookSender> logger) : BackgroundService
{
    private const int WebhooksAtOnce = 8, EventsAtOnce = 16, Parallel = 4;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1), Purge = TimeSpan.FromMinutes(10);
    private DateTimeOffset _purged;

    /// <summary>One round: spreads, claims and sends; returns how many tries were made.</summary>
    internal async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _purged > Purge)
        {
            _purged = now;
            await queue.PurgeAsync(now - options.Keep, now - options.Log - options.Keep, now, cancellationToken);
        }

        await queue.SpreadAsync(now, (news, events) => WebhookEvents.KindOf(news.Topic, news.Payload, events), cancellationToken);
        // Longer than all tries of one batch can take.
        var lease = (options.Timeout * (EventsAtOnce / Parallel)) + TimeSpan.FromSeconds(20);
        var claimed = await queue.ClaimAsync(data.Node, now, lease, WebhooksAtOnce, cancellationToken);
        return (await Task.WhenAll(claimed.Select(w => ServeAsync(w, cancellationToken)))).Sum();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    while (await RoundAsync(stoppingToken) > 0)
                    {
                        // As long as something was there to do.
                    }
                }
                catch (StorageUnavailableException e)
                {
                    logger.WebhooksWait(e.Message);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // One failed round must not end all the next ones.
                    logger.WebhooksBroke(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task<int> ServeAsync(WebhookRow webhook, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            var due = await queue.DueAsync(webhook.Id, time.GetUtcNow(), RetryTimes.OneAtATime(webhook.Failures) ? 1 : EventsAtOnce, cancellationToken);
            await System.Threading.Tasks.Parallel.ForEachAsync(
                due, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken }, async (row, ct) => await TryAsync(webhook, row, ct));
            return due.Count;
        }
        finally
        {
            await queue.ReleaseAsync(webhook.Id, data.Node, CancellationToken.None);
        }
    }

    private async Task TryAsync(WebhookRow webhook, WebhookEventRow row, CancellationToken cancellationToken)
    {
        var (at, began) = (time.GetUtcNow(), Stopwatch.GetTimestamp());
        var result = await SendAsync(webhook, row, at, cancellationToken);
        var chance = RandomNumberGenerator.GetInt32(1000) / 1000.0;
        var state = result.Cause is null ? WebhookState.Delivered : at - row.CreatedAt > options.Keep ? WebhookState.GivenUp : WebhookState.Waiting;
        var kept = new WebhookTryRow
        {
            WebhookId = webhook.Id, EventId = row.EventId, At = at, TookMs = (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds, Status = result.Status, Cause = result.Cause,
        };
        var paused = await queue.KeepAsync(
            new WebhookOutcome(kept, state, at + RetryTimes.After(row.Tries + 1, chance, result.RetryAfter)),
            (failures, _) => RetryTimes.Rest(failures, chance), since => Pause(result, since, at), cancellationToken);
        if (paused is not null)
        {
            logger.WebhookPaused(webhook.Name, paused);
        }
    }

    private string? Pause(SendResult result, DateTimeOffset since, DateTimeOffset now) => result.IsGone ? "the receiver answered 410: it wants nothing any more"
        : now - since >= options.Pause ? $"it took nothing for {options.Pause.TotalDays:0} days; last: {result.Cause}" : null;

    private async Task<SendResult> SendAsync(WebhookRow webhook, WebhookEventRow row, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (WebhookAddress.Read(webhook.Address, options, out var fault) is not { } address)
        {
            // The operator took a network back that it led to.
            return new SendResult(null, fault, null);
        }

        var body = await bodies.OfAsync(webhook, row, cancellationToken);
        string signatures;
        try
        {
            var id = WebhookBodies.Id(row);
            signatures = WebhookSignature.Sign(sealer.Open(webhook.SecretSealed), id, at, body);
            if (webhook.PreviousSealed is { } previous && webhook.PreviousUntil > at)
            {
                signatures += " " + WebhookSignature.Sign(sealer.Open(previous), id, at, body);
            }
        }
        catch (CryptographicException)
        {
            return new SendResult(null, "its secret can't be opened with the keys of this installation: make another one", null);
        }

        return await transport.PostAsync(address, body, [("webhook-id", WebhookBodies.Id(row)), ("webhook-timestamp", WebhookSignature.Timestamp(at)), ("webhook-signature", signatures)], cancellationToken);
    }
}
