using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web.Overview;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>What of toner and paper the overview tells: by when it will be used up, not by how full it is.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class SupplyEndTests(Db db) : WebFixture(db)
{
    private readonly Dictionary<long, DateTimeOffset> seen = [];

    private static DateOnly Today => new(2026, 4, 20);

    [TearDown]
    public async Task ForgetAsync()
    {
        seen.Clear();
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from supply_now; delete from supply_day; delete from device_inventory"), default);
    }

    [Test]
    public async Task Cartridge_at_30_percent_that_ends_in_two_days_is_told_and_one_at_9_that_lasts_long_is_not()
    {
        for (int back = 4; back >= 0; back--)
        {
            await KeepAsync(Attic, back, [Toner("1.1", "Black", 30 + (15 * back)), Toner("1.2", "Cyan", 80)]);
        }

        for (int back = 60; back >= 0; back -= 10)
        {
            await KeepAsync(Hall, back, [Toner("1.1", "Drum", 9 + (back / 10))]);
        }

        Assert.That((await SuppliesAsync()).Select(s => (s.Device, s.Name, s.Percent, s.DaysLeft)), Is.EqualTo(new[] { ("attic", "Black", 30, (int?)2) }));
    }

    [Test]
    public async Task Low_one_without_a_forecast_is_told_behind_and_what_nobody_looked_at_for_long_is_not()
    {
        await KeepAsync(Attic, 0, [Toner("1.1", "Black", 20), Toner("1.2", "Cyan", 21), Toner("1.3", "Empty", 0)]);
        await KeepAsync(Hall, 10, [Toner("1.1", "Old", 1)]);
        Assert.That((await SuppliesAsync()).Select(s => (s.Name, s.DaysLeft)), Is.EqualTo(new[] { ("Empty", (int?)0), ("Black", null) }));
    }

    [Test]
    public async Task Trays_are_told_by_their_use_since_the_last_refill_and_hide_no_toner()
    {
        foreach (var (back, level) in new[] { (9, 10), (8, 500), (6, 380), (4, 260), (2, 140), (0, 20) })
        {
            await KeepAsync(Attic, back, [Toner("1.1", "Black", 4)], [Tray("1.1", level), .. back == 0 ? [Tray("1.2", 60)] : Array.Empty<Tray>(), .. Enumerable.Range(3, 20).Select(i => Tray($"1.{i}", 0))]);
        }

        SupplyEnd[] trays = await Overview.SuppliesAsync(SupplyTrend.TrayKind, Today, 6, default);
        Assert.That(trays, Has.Length.EqualTo(6));
        Assert.That(trays[0].OfAll, Is.EqualTo(22), "all are counted");
        SupplyEnd[] all = await Overview.SuppliesAsync(SupplyTrend.TrayKind, Today, 100, default);
        Assert.That(all.Where(t => t.Percent > 0).Select(t => (t.Name, t.DaysLeft)), Is.EqualTo(new[] { ("Tray 1.1", (int?)0), ("Tray 1.2", null) }), "60 sheets a day and 20 left; of the other nothing tells");
        Assert.That((await SuppliesAsync()).Select(s => s.Name), Is.EqualTo(new[] { "Black" }));
    }

    [Test]
    public async Task Pages_list_what_ends_with_how_long_it_lasts()
    {
        int today = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime).DayNumber;
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into supply_now (device_id, kind, supply, name, day, percent, last_day) values (@Hall, 'supply', '1.1', 'Blue <toner>', @today, 30, @today + 2), (@Hall, 'tray', '1.1', 'Tray 1', @today, 0, null), (@Hall, 'tray', '1.2', 'Tray 2', @today, 9, null)",
            new { Hall, today }), default);
        Assert.That((await Known.GetAsync("/Supplies")).Text, Does.Contain("Blue <toner>").And.Contain("about 2 days").And.Not.Contain("Tray 1"));
        Assert.That((await Known.GetAsync("/Supplies?kind=tray")).Text, Does.Contain("Tray 1").And.Contain("empty: refill").And.Contain("<td>refill</td>"));
    }

    private OverviewQueries Overview => Services.GetRequiredService<OverviewQueries>();

    private Task<SupplyEnd[]> SuppliesAsync() => Overview.SuppliesAsync(SupplyTrend.SupplyKind, Today, 6, default);

    private static Supply Toner(string index, string name, int percent) => new(index, name, "toner", "black", null, "exact", null, null, percent);

    private static Tray Tray(string index, int level) => new(index, "Tray " + index, "A4", level, "exact", 500, "sheets", null);

    /// <summary>A look at a device so many days ago.</summary>
    private async Task KeepAsync(long device, int back, Supply[] supplies, Tray[]? trays = null)
    {
        DateTimeOffset at = new(Today.AddDays(-back), new TimeOnly(12, 0), TimeSpan.Zero);
        ProbeReport report = new()
        {
            Identity = new DeviceIdentity("Invented", "X1", null, null, null, null, null, null, null), Status = new DeviceStatus("running", "idle", [], "ready"), Supplies = [.. supplies], Trays = [.. trays ?? []],
        };
        Assert.That(await Services.GetRequiredService<InventoryRepository>().StoreAsync(
            device, new InventoryRow { ReadAt = at, Report = report.ToJson() }, seen.TryGetValue(device, out DateTimeOffset before) ? before : null, [], [], SupplyTrend.News(null, null, report, at), default), Is.True);
        seen[device] = at;
    }
}
