using CopyTrack.Accounting.Alerts;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Alerts;

/// <summary>Looks at all rules once a round: new events, agents, and as many devices as a round may, going on behind the last one of the round before. One node at a time.</summary>
internal sealed class AlertRounds(
    AlertSweep sweep, AlertRepository book, AlertMailer mailer, FleetNews fleetNews, SupplyForecasts forecasts, AlertOptions options, ReportOptions site, TimeProvider time, ILogger<AlertRounds> logger) : BackgroundService
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(5), s_purge = TimeSpan.FromHours(6);

    private DateTimeOffset _looked, _purged;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (time.GetUtcNow() - _looked >= options.Every)
                    {
                        _looked = time.GetUtcNow();
                        await RoundAsync(stoppingToken);
                        await fleetNews.RoundAsync(stoppingToken);
                    }

                    await mailer.RoundAsync(stoppingToken);
                }
                catch (StorageUnavailableException e)
                {
                    logger.AlertsWait(e.Message);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // One failed round must not end all the next ones.
                    logger.AlertsBroke(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>One round; how many alerts it changed. Zero while another node looks.</summary>
    internal async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _purged > s_purge)
        {
            _purged = time.GetUtcNow();
            await book.PurgeAsync(_purged - options.History, cancellationToken);
        }

        var rules = await sweep.RulesAsync(cancellationToken);
        if (rules.Count == 0 && !await book.AnyGoingAsync(cancellationToken))
        {
            return 0;
        }

        if (await sweep.ClaimAsync(cancellationToken) is not { } claim)
        {
            return 0;
        }

        try
        {
            return await EventsAsync(claim, rules, cancellationToken) + await AgentsAsync(claim, rules, cancellationToken) + await DevicesAsync(claim, rules, cancellationToken) + await OwedAsync(claim, rules, cancellationToken);
        }
        finally
        {
            await sweep.ReleaseAsync(claim, CancellationToken.None);
        }
    }

    private AlertLook Look(IReadOnlyList<AlertRuleRow> rules) => new(rules, site.TimeZone, time.GetUtcNow());

    private async Task<int> EventsAsync(AlertSweepRow claim, IReadOnlyList<AlertRuleRow> rules, CancellationToken cancellationToken)
    {
        var news = await sweep.NewsAsync(claim, cancellationToken);
        var changed = 0;
        foreach (var ofDevice in news.GroupBy(n => n.DeviceId!.Value))
        {
            var look = Look(rules);
            look.AtEvents(
                await sweep.DevicesAsync(ofDevice.Key - 1, ofDevice.Key, false, 1, cancellationToken), await sweep.OfDevicesAsync(ofDevice.Key - 1, ofDevice.Key, cancellationToken),
                [.. ofDevice.Select(AlertEvents.Of).OfType<(AlertKind, DateTimeOffset, AlertDetail)>()]);
            changed += await KeepAsync(claim, look, null, [.. ofDevice], cancellationToken);
        }

        await sweep.SettleAsync(claim, time.GetUtcNow(), cancellationToken);
        return changed;
    }

    private async Task<int> AgentsAsync(AlertSweepRow claim, IReadOnlyList<AlertRuleRow> rules, CancellationToken cancellationToken)
    {
        var standing = await sweep.OfAgentsAsync(cancellationToken);
        if (standing.Count == 0 && rules.All(r => ((AlertKind)r.Kind).IsOfDevice()))
        {
            return 0;
        }

        var look = Look(rules);
        look.AtAgents(await sweep.AgentsAsync(cancellationToken), standing);
        return await KeepAsync(claim, look, null, [], cancellationToken);
    }

    private async Task<int> DevicesAsync(AlertSweepRow claim, IReadOnlyList<AlertRuleRow> rules, CancellationToken cancellationToken)
    {
        var reports = rules.Any(r => (AlertKind)r.Kind is AlertKind.SupplyLow or AlertKind.TrayEmpty or AlertKind.DeviceError);
        var ahead = rules.Any(r => r is { Kind: (int)AlertKind.SupplyLow, Days: not null });
        var (after, changed) = (claim.AfterDevice, 0);
        for (var looked = 0; looked < options.Round;)
        {
            var rows = await sweep.DevicesAsync(after, long.MaxValue, reports, options.PageSize, cancellationToken);
            var devices = rows.Select(r => r.DeviceId).Distinct().ToList();
            var whole = devices.Count < options.PageSize;
            var last = whole ? long.MaxValue : devices[^1];
            var look = Look(rules);
            var ends = ahead ? await forecasts.OfAsync(devices, SupplyForecasts.DayOf(time.GetUtcNow()), cancellationToken) : new Dictionary<(long, string), SupplyForecast>();
            look.AtDevices(rows, await sweep.OfDevicesAsync(after, last, cancellationToken), ends);
            var next = whole ? 0 : last;
            changed += await KeepAsync(claim, look, next == after ? null : next, [], cancellationToken);
            after = next;
            looked += devices.Count;
            if (whole)
            {
                break;
            }
        }

        return changed;
    }

    private async Task<int> OwedAsync(AlertSweepRow claim, IReadOnlyList<AlertRuleRow> rules, CancellationToken cancellationToken)
    {
        var owed = await sweep.OwedAsync(cancellationToken);
        var zones = new Dictionary<long, string?>();
        foreach (var node in owed.Select(a => a.NodeId).OfType<long>().Distinct())
        {
            zones[node] = await sweep.ZoneAsync(node, cancellationToken);
        }

        var look = Look(rules);
        look.AtOwed(owed, zones);
        return await KeepAsync(claim, look, null, [], cancellationToken);
    }

    private async Task<int> KeepAsync(AlertSweepRow claim, AlertLook look, long? after, IReadOnlyCollection<AlertNews> events, CancellationToken cancellationToken)
    {
        if (look.Changes.Count == 0 && events.Count == 0 && after is null)
        {
            return 0;
        }

        if (!await sweep.KeepAsync(claim, look.Changes, after, events, time.GetUtcNow(), cancellationToken))
        {
            throw new InvalidOperationException("another node looks at alerts now; this one was held up for longer than its claim");
        }

        foreach (var change in look.Changes.Where(c => c.IsRaised))
        {
            logger.AlertRaised((AlertKind)change.Rule.Kind, change.Row!.Thing, change.Rule.Id);
        }

        return look.Changes.Count;
    }
}
