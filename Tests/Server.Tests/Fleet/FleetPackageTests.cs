using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet.Updates;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Fleet;

/// <summary>Packages on the shelf: taken whole or not at all, offered in stages, halted when agents fail.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class FleetPackageTests(Db db) : FleetFixture(db)
{
    private readonly ECDsa _publisher = FleetKeys.Create();
    private ReleaseKeys _keys = null!;
    private FleetPackages _packages = null!;

    [OneTimeSetUp]
    public void Begin()
    {
        _keys = ReleaseKeys.FromPem(_publisher.ExportSubjectPublicKeyInfoPem());
        _packages = new FleetPackages(Database, new AuditLog(Database, Ids, TimeProvider.System), Ids, TimeProvider.System);
    }

    [OneTimeTearDown]
    public void End()
    {
        _keys.Dispose();
        _publisher.Dispose();
    }

    [Test]
    public async Task Package_is_kept_part_by_part_and_comes_out_as_it_was()
    {
        var content = RandomNumberGenerator.GetBytes((3 * FleetPackages.PartBytes) - 17);
        var package = await PackAsync("1.0.1", "p-parts", content);
        var taken = await TakeAsync(package);
        Assert.That((await TakeAsync(package)).Id, Is.EqualTo(taken.Id), "the same again changes nothing");
        using var archive = new MemoryStream();
        for (long part = 0; await _packages.PartAsync(taken.Id, part, default) is { } body; part++)
        {
            archive.Write(body);
        }

        Assert.That(Convert.ToHexStringLower(SHA256.HashData(archive.ToArray())), Is.EqualTo(taken.Hash));
        await _packages.RemoveAsync(taken, "test", default);
        Assert.That(await Database.CountAsync("select count(*) from fleet_package_part where package_id = @Id", new { taken.Id }), Is.Zero);
        Assert.That(await Database.CountAsync("select count(*) from audit_log where subject = @s", new { s = $"fleetPackage:{taken.Id}" }), Is.EqualTo(2), "added and removed");
    }

    [Test]
    public async Task Package_that_is_cut_long_or_changed_leaves_nothing()
    {
        var package = await PackAsync("1.0.2", "p-broken", new byte[1000]);
        foreach (var broken in new[] { package[..^1], [.. package, 0], Changed(package) })
        {
            await Assert.ThrowsAsync<FleetFormatException>(() => TakeAsync(broken));
        }

        Assert.That(await Database.CountAsync("select count(*) from fleet_package where platform = 'p-broken'"), Is.Zero);
        using var none = ReleaseKeys.BuiltIn();
        await Assert.ThrowsAsync<FleetFormatException>(() => TakeAsync(package, none), "a program without a key");
    }

    [Test]
    public async Task Stages_offer_the_highest_version_to_whom_they_name()
    {
        var (acme, globex) = (await AgentAsync(), await AgentAsync("globex hq"));
        var older = await TakeAsync(await PackAsync("1.1.0", "p-stage", [1]));
        var newer = await TakeAsync(await PackAsync("1.2.0", "p-stage", [2]));
        Assert.That(await OfferedAsync(acme, "1.0.0"), Is.Null, "nobody is offered what no stage names");
        Assert.That(await _packages.StageAsync(older, null, 100, null, "test", default), Is.Null);
        Assert.That(await _packages.StageAsync(newer, "acme", 100, null, "test", default), Is.Null);
        Assert.That(await _packages.StageAsync(newer, "nowhere", 100, null, "test", default), Does.Contain("nowhere"));
        Assert.That((await OfferedAsync(acme, "1.0.0"), await OfferedAsync(globex, "1.0.0")), Is.EqualTo(("1.2.0", "1.1.0")));
        Assert.That(await OfferedAsync(acme, "1.2.0"), Is.Null, "it has it");
        Assert.That(await _packages.OfferAsync(acme.Id, new ReleaseVersion(1, 0, 0), "other", default), Is.Null, "another platform");
        await _packages.StageAsync(newer, "dealer", RolloutRules.Place(globex.Id, newer.Hash), null, "test", default);
        Assert.That(await OfferedAsync(globex, "1.0.0"), Is.EqualTo("1.1.0"), "a share that ends just before it");
        await _packages.StageAsync(newer, "dealer", RolloutRules.Place(globex.Id, newer.Hash) + 1, null, "test", default);
        Assert.That(await OfferedAsync(globex, "1.0.0"), Is.EqualTo("1.2.0"));
        await _packages.HaltAsync(newer, "test", "test", default);
        Assert.That((await OfferedAsync(acme, "1.0.0"), await _packages.FindAsync(1, newer.Hash, default)), Is.EqualTo(("1.1.0", (FleetPackageRow?)null)));
        await _packages.HaltAsync(newer, null, "test", default);
        await _packages.StageAsync(newer, "acme", 0, null, "test", default);
        Assert.That((await _packages.StagesAsync(1, default)).Where(s => s.PackageId == newer.Id).Select(s => s.Node), Is.EqualTo(new[] { "dealer" }));
    }

    [Test]
    public async Task Package_that_fails_at_two_agents_is_offered_to_no_third_and_old_reports_change_nothing()
    {
        var package = await TakeAsync(await PackAsync("2.0.0", "p-halt", [3]));
        await _packages.StageAsync(package, null, 100, null, "test", default);
        var agents = new[] { await AgentAsync(), await AgentAsync(), await AgentAsync("globex hq") };
        await ReportAsync(agents[0], UpdateState.Failed, 0);
        Assert.That((await _packages.GetAsync(1, package.Id, default))!.HaltedAt, Is.Null, "one may be the machine's fault");
        await ReportAsync(agents[1], UpdateState.Failed, 0);
        var halted = (await _packages.GetAsync(1, package.Id, default))!;
        Assert.That(halted.HaltedReason, Is.EqualTo("2 agents failed, 0 run it"));
        Assert.That(halted.HaltedAt, Is.Not.Null);
        Assert.That(await OfferedAsync(agents[2], "1.0.0"), Is.Null);
        await ReportAsync(agents[0], UpdateState.Running, -60);
        var fleet = await _packages.AgentsAsync(new FleetScope(1), default);
        Assert.That(fleet.Where(a => a.Platform == "p-halt").Select(a => a.State), Is.All.EqualTo("Failed"), "a report that was repeated says nothing new");
        Assert.That((await _packages.ListAsync(1, default)).Single(p => p.Id == package.Id).Failed, Is.EqualTo(2));

        async Task ReportAsync(TestAgent agent, UpdateState state, int seconds) => await _packages.ReportAsync(
            (await Fleet.GetAsync(agent.Id, default))!, new UpdateReport(agent.Name, "n", Now.AddSeconds(seconds), new ReleaseVersion(1, 0, 0), "p-halt", "automatic", state, "2.0.0", "no reason"), default);
    }

    [Test]
    public async Task Stage_goes_up_by_itself_after_hours_without_a_failure_and_not_before()
    {
        var clock = new Clock(Now);
        var audit = new AuditLog(Database, Ids, clock);
        var packages = new FleetPackages(Database, audit, Ids, clock);
        var stages = new FleetStages(Database, audit);
        var package = await TakeAsync(await PackAsync("3.0.0", "p-time", [4]));
        var agent = (await Fleet.GetAsync((await AgentAsync()).Id, default))!;
        await packages.StageAsync(package, "dealer", 10, 24, "test", default);
        await packages.StageAsync(package, "globex", 10, null, "test", default);
        Assert.That(await AfterAsync(23.9), Is.EqualTo("10 10"), "too early");
        Assert.That(await AfterAsync(0.2), Is.EqualTo("25 10"), "a day without a failure; the other is raised by hand");
        Assert.That(await AfterAsync(12), Is.EqualTo("25 10"), "the next day is not over");
        await ReportAsync(UpdateState.Failed);
        Assert.That(await AfterAsync(36), Is.EqualTo("25 10"), "an agent stands with a failure");
        var held = await stages.LookAsync((await packages.ListAsync(1, default)).Single(p => p.Id == package.Id), (await packages.StagesAsync(1, default)).Single(s => s.PackageId == package.Id && s.Node == "dealer"), clock.Now, TimeSpan.FromHours(3), default);
        Assert.That((held.Failed, held.Holds), Is.EqualTo((1, true)));
        await ReportAsync(UpdateState.Failed);
        await ReportAsync(UpdateState.Running);
        Assert.That(await AfterAsync(23), Is.EqualTo("25 10"), "the day begins anew with the last failure");
        await ReportAsync(UpdateState.Running);
        Assert.That(await AfterAsync(1.1), Is.EqualTo("50 10"));
        await packages.HaltAsync(package, "test", "test", default);
        Assert.That(await AfterAsync(48), Is.EqualTo("50 10"), "halted");
        await packages.HaltAsync(package, null, "test", default);
        await ReportAsync(UpdateState.Running);
        Assert.That(await AfterAsync(0.1), Is.EqualTo("50 10"), "hours of a halt do not count");
        clock.Now += TimeSpan.FromHours(23.8);
        await ReportAsync(UpdateState.Running);
        Assert.That(await AfterAsync(0.2), Is.EqualTo("100 10"));
        Assert.That(await AfterAsync(48), Is.EqualTo("100 10"), "there is no more");
        Assert.That(await Database.CountAsync("select count(*) from audit_log where subject = @s and actor = 'fleet'", new { s = $"fleetPackage:{package.Id}" }), Is.EqualTo(3), "each step is told");

        async Task<string> AfterAsync(double hours)
        {
            clock.Now += TimeSpan.FromHours(hours);
            // Two nodes look at one time.
            await Task.WhenAll(stages.StepAsync(clock.Now, TimeSpan.FromHours(3), default), stages.StepAsync(clock.Now, TimeSpan.FromHours(3), default));
            return string.Join(' ', (await packages.StagesAsync(1, default)).Where(s => s.PackageId == package.Id).OrderBy(s => s.Node, StringComparer.Ordinal).Select(s => s.Share));
        }

        Task ReportAsync(UpdateState state) => packages.ReportAsync(
            agent, new UpdateReport("a", "n", clock.Now = clock.Now.AddSeconds(1), new ReleaseVersion(1, 0, 0), "p-time", "automatic", state, state == UpdateState.Running ? "-" : "3.0.0", "no reason"), default);
    }

    private static byte[] Changed(byte[] package)
    {
        var changed = (byte[])package.Clone();
        changed[^5] ^= 1;
        return changed;
    }

    private async Task<string?> OfferedAsync(TestAgent agent, string version) =>
        await _packages.OfferAsync(agent.Id, ReleaseVersion.Parse(version), "p-stage", default) is { } manifest ? PackageManifest.Read(manifest, _keys).Version.ToString() : null;

    private async Task<FleetPackageRow> TakeAsync(byte[] package, ReleaseKeys? keys = null)
    {
        using var content = new MemoryStream(package);
        var shelf = new PackageShelf(_packages, keys ?? _keys);
        var (manifest, signed) = await shelf.ReadAsync(content, default);
        return await shelf.KeepAsync(1, manifest, signed, content, "test", default);
    }

    private async Task<byte[]> PackAsync(string version, string platform, byte[] content)
    {
        using var scratch = new MemoryStream();
        using var package = new MemoryStream();
        await PackageWriter.WriteAsync("agent", ReleaseVersion.Parse(version), platform, [("copytrack-agent", () => new MemoryStream(content))], _publisher, scratch, package, default);
        return package.ToArray();
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
