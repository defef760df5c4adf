using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Identity.Lockout;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Kerberos;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.WalkUp;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Integration.FaultLab;

/// <summary>The settings that all server processes of a run share.</summary>
internal sealed record LabSettings(SessionOptions Sessions, PollingOptions Polling, TerminalPolicy Terminals, TimeZoneInfo Zone, PriceList Prices);

/// <summary>
/// One server process: the real walk-up, polling and storage, put together as the server does, on the laboratory's clock and behind its gate. It ends only by being killed.
/// </summary>
internal sealed class LabNode
{
    /// <summary>One secrets folder for all runs of this process: it is only read.</summary>
    private static readonly Lazy<SecretFolder> s_secrets = new(() => SecretFolder.Open(
        new SecretsOptions { Directory = Path.Combine(Directory.CreateTempSubdirectory("copytrack-lab-secrets-").FullName, "secrets"), CreateWhenMissing = true }, TimeProvider.System));

    private static readonly TimeSpan s_firstLook = TimeSpan.FromMilliseconds(500), s_reading = TimeSpan.FromSeconds(4), s_renewal = TimeSpan.FromSeconds(6), s_upkeep = TimeSpan.FromMinutes(30);

    private readonly ServiceProvider services;
    private readonly LabClock clock;
    private readonly IdlePoller poller;
    private readonly ILoginLookup lookup;
    private readonly IDatabase gated;
    private readonly Func<Task<DateTimeOffset>> next;

    private LabNode(IDatabase database, StorageGate gate, LabClock clock, ILoginLookup lookup, ServiceProvider services, Func<Task<DateTimeOffset>> next)
    {
        this.next = next;
        (Database, Gate, this.clock, this.lookup, this.services) = (database, gate, clock, lookup, services);
        gated = services.GetRequiredService<IDatabase>();
        Requests = services.GetRequiredService<ITerminalRequests>();
        poller = ActivatorUtilities.CreateInstance<IdlePoller>(services);
    }

    /// <summary>Keys of cards, and what else the secrets folder holds.</summary>
    public static SecretFolder Secrets => s_secrets.Value;

    /// <summary>The database itself, not gated.</summary>
    public IDatabase Database { get; }

    /// <summary>Where it dies.</summary>
    public StorageGate Gate { get; }

    /// <summary>Its clock.</summary>
    public TimeProvider Clock => clock;

    /// <summary>What terminals talk to.</summary>
    public ITerminalRequests Requests { get; }

    /// <summary>What takes receipts.</summary>
    public ReceiptDesk Desk => services.GetRequiredService<ReceiptDesk>();

    /// <summary>Unexpected errors that it logged.</summary>
    public LabLog Log => services.GetRequiredService<LabLog>();

    /// <summary>Starts a process on the data of <paramref name="store"/>, as the server does.</summary>
    public static async Task<LabNode> StartAsync(VirtualLoop loop, LabStore store, LabClock clock, string name, LabSettings settings, Random random, LabTimes times, Func<TimeProvider, ISnmpClient> snmp, Func<IDatabase, Task>? prepare)
    {
        var options = store.Options with { Node = name };
        var database = loop.Inside(() => Task.FromResult(store.Open()));
        var gate = new StorageGate(loop, store, random);
        var time = new LedgerClock(clock);
        var ids = new IdGenerator(time);
        var lookup = loop.Inside(() => Task.FromResult(DataServices.Lookup(database)));
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        var log = new LabLog(clock);
        services.AddSingleton(log);
        services.AddLogging(b => b.AddProvider(log).AddFilter("Microsoft", LogLevel.Warning));
        services.AddData(options);
        services.AddSingleton<IDatabase>(new GatedDatabase(database, gate));
        services.AddSingleton(time);
        services.AddSingleton(ids);
        services.AddSingleton<ILoginLookup>(new GatedLookup(lookup, gate));
        services.AddSingleton<IOutbox>(new GatedOutbox(DataServices.Outbox(database, clock, NullLogger.Instance), gate));
        services.AddSingleton<IDeviceJournal>(new GatedJournal(DataServices.Journal(database, ids, options, NullLogger.Instance, () => { }), gate));
        services.AddSingleton<IReceiptStore>(new GatedReceipts(DataServices.Receipts(database, ids), gate));
        var booking = new LabBooking(loop, time, gate, log);
        services.AddSingleton<IReceiptBooking>(booking);
        services.AddSingleton<ReceiptBooker>();
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<ReceiptDesk>(p, time));
        services.AddSingleton<IAccessLog>(new NoAccessLog());
        services.AddSingleton(Secrets.HashKeys);
        services.AddSingleton(Secrets.Sealer);
        services.AddSingleton(Secrets.OfflineTokens);
        services.AddSingleton<CardRepository>();
        services.AddSingleton<PinRepository>();
        services.AddCharging(settings.Prices, new LicenceOptions(null, null));
        services.AddPolling(settings.Polling with { Chance = random }, ProfileLibrary.BuiltIn);
        services.Replace(ServiceDescriptor.Singleton(snmp(time)));
        services.AddSingleton<DeviceMeters>();
        services.Replace(ServiceDescriptor.Singleton<IDeviceMeters>(p => new WatchedMeters(p.GetRequiredService<DeviceMeters>(), clock, log, loop, times)));
        services.AddKerberos(null, new KerberosSite(null), []);
        services.AddWalkUp(settings.Sessions, settings.Terminals, new LockoutOptions(), new SiteSettings(settings.Zone, settings.Prices), name);
        var node = new LabNode(database, gate, clock, lookup, services.BuildServiceProvider(), () => gate.LookAsync(() => store.NextDueAsync(database)));
        if (prepare is not null)
        {
            await prepare(node.gated);
        }

        await node.OpenAsync(booking);
        return node;
    }

    /// <summary>Closes what a dead process held open, for the sake of this one.</summary>
    public async Task BuryAsync()
    {
        clock.Stopped = true;
        if (lookup is IAsyncDisposable open)
        {
            await open.DisposeAsync();
        }
    }

    private async Task OpenAsync(LabBooking booking)
    {
        await services.GetRequiredService<LedgerClock>().ResumeAsync(gated, default);
        await services.GetRequiredService<IPollingClaims>().ForgetAllAsync(null, default);
        await services.GetRequiredService<DeviceCatalog>().LoadAsync(default);
        await services.GetRequiredService<OfflinePresence>().StartAsync(default);
        _ = PollAsync();
        _ = UpkeepAsync();
        _ = booking.RunAsync(services.GetRequiredService<ReceiptBooker>(), services.GetRequiredService<ReceiptRepository>());
    }

    /// <summary>The idle poller's rounds, only when something is due: most of a week nothing is.</summary>
    private async Task PollAsync()
    {
        var live = services.GetRequiredService<ILiveDevices>();
        while (true)
        {
            var time = services.GetRequiredService<LedgerClock>();
            var due = time.GetUtcNow() + s_renewal;
            try
            {
                await poller.RoundAsync(default);
                // What was claimed is read meanwhile, and due again when that is done.
                await Task.Delay(live.All.Count > 0 ? s_firstLook : s_reading, clock);
                due = await next();
            }
            catch (StorageUnavailableException)
            {
                // As the poller does: the next round tries again.
            }

            var wait = due - time.GetUtcNow();
            wait = live.All.Count > 0 && wait > s_renewal ? s_renewal : wait > services.GetRequiredService<PollingOptions>().Idle ? services.GetRequiredService<PollingOptions>().Idle : wait;
            await Task.Delay(wait > s_firstLook ? wait : s_firstLook, clock);
        }
    }

    private async Task UpkeepAsync()
    {
        var upkeep = ActivatorUtilities.CreateInstance<OfflineUpkeep>(services);
        while (true)
        {
            await Task.Delay(s_upkeep, clock);
            try
            {
                await upkeep.RunAsync(default);
            }
            catch (StorageUnavailableException)
            {
                // The next round tries again.
            }
        }
    }
}

/// <summary>Notes readings that fail or take long, and when they were truly made.</summary>
internal sealed class WatchedMeters(DeviceMeters inner, TimeProvider clock, LabLog log, VirtualLoop loop, LabTimes times) : IDeviceMeters
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<MeterRead> ReadAsync(long deviceId, CopyTrack.Accounting.Meters.ReadingTrigger trigger, long token, CancellationToken cancellationToken)
    {
        var asked = clock.GetUtcNow();
        var read = await inner.ReadAsync(deviceId, trigger, token, cancellationToken);
        if (read is MeterRead.Taken taken)
        {
            times.Note(taken.Reading.At, loop.Now);
        }

        var took = clock.GetUtcNow() - asked;
        if (read is MeterRead.Failed || took > s_long)
        {
            log.Log(LogLevel.Information, 0, $"read of device {deviceId} for {trigger} took {took}: {(read as MeterRead.Failed)?.Reason ?? "read"}", null, static (text, _) => text);
        }

        return read;
    }
}
