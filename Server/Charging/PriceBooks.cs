using System.Collections.Frozen;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Charging;

/// <summary>The price lists in memory, as every decision uses them; loaded at the start, when a message says that they changed, and now and then for sure.</summary>
internal sealed class PriceBooks(PriceListRepository rows, PriceList configured, TimeProvider time, ILogger<PriceBooks> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(5);

    /// <summary>The book of now.</summary>
    public PriceBook Current { get; private set; } = new(configured, []);

    /// <summary>Loads the lists. Throws <see cref="StorageUnavailableException"/>; the book of before stays then.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var lists = await rows.ListAsync(OrganisationRepository.DefaultId, cancellationToken);
        var devices = lists.Any(l => l.Devices is not null || l.Sites is not null) ? await rows.DevicesAsync(OrganisationRepository.DefaultId, cancellationToken) : [];
        Current = new PriceBook(configured, lists.Select(l => Scope(l, devices)));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await AgainAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task AgainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            logger.PricesKept(e.Message);
        }
    }

    private PricedScope Scope(PriceListRow row, IReadOnlyList<PricedDevice> devices)
    {
        FrozenSet<long>? only = null;
        if (row.Devices is not null || row.Sites is not null)
        {
            var names = Folded(row.Devices);
            var sites = Folded(row.Sites);
            only = devices.Where(d => names.Contains(d.NameFolded) || (d.Site is { } site && sites.Contains(NameFolding.Fold(site)))).Select(d => d.Id).ToFrozenSet();
        }

        return new PricedScope(
            row.Name, row.ValidFrom, row.ValidUntil, only, row.Groups is null ? null : Folded(row.Groups),
            new PriceList(configured.Currency, row.Mono, row.Color, row.LargeSurcharge, row.Scan, row.Fax, row.Sheet));
    }

    private static FrozenSet<string> Folded(string? names) =>
        (names ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(NameFolding.Fold).ToFrozenSet(StringComparer.Ordinal);
}
