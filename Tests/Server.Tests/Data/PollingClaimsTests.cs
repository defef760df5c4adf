using CopyTrack.Server.Data.Repositories;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class PollingClaimsTests(Db db) : DatabaseFixture(db)
{
    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [SetUp]
    public Task NoDeviceIsMonitoredAsync() => ExecuteAsync("update device_poll set monitored = 0");

    [Test]
    public async Task Due_devices_go_to_one_node_each_however_many_ask_at_once()
    {
        var claims = new PollingClaims(Database);
        var devices = await AddAsync(40);

        var got = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => claims.ClaimDueAsync($"n{n}", 5, s_lease, s_now, default))));
        var rest = await claims.ClaimDueAsync("rest", 100, s_lease, s_now, default);

        Assert.That(got.SelectMany(c => c).Concat(rest).Select(c => c.DeviceId), Is.EquivalentTo(devices));
        Assert.That(await claims.ClaimDueAsync("late", 100, s_lease, s_now, default), Is.Empty);
    }

    [Test]
    public async Task Device_is_due_again_when_its_poll_says_and_stays_with_its_node()
    {
        var claims = new PollingClaims(Database);
        var device = (await AddAsync(1))[0];
        var first = (await claims.ClaimDueAsync("a", 9, s_lease, s_now, default)).Single();
        Assert.That(await claims.DoneAsync(device, "a", first.Token, s_now, s_now.AddSeconds(60), failed: true, default), Is.True);

        Assert.That(await claims.ClaimDueAsync("a", 9, s_lease, s_now.AddSeconds(59), default), Is.Empty);
        Assert.That(await claims.ClaimDueAsync("b", 9, s_lease, s_now.AddSeconds(60), default), Is.Empty);
        var again = (await claims.ClaimDueAsync("a", 9, s_lease, s_now.AddSeconds(60), default)).Single();

        Assert.That((again.Token, again.FailedPolls, again.UnreachableSince), Is.EqualTo((first.Token, 1L, (DateTimeOffset?)s_now)));
        await claims.DoneAsync(device, "a", again.Token, s_now, s_now, failed: false, default);
        Assert.That((await claims.ClaimDueAsync("a", 9, s_lease, s_now, default)).Single(), Has.Property("FailedPolls").EqualTo(0));
    }

    [Test]
    public async Task Device_of_a_silent_node_goes_to_another_under_a_higher_token()
    {
        var claims = new PollingClaims(Database);
        var device = (await AddAsync(1))[0];
        var old = (await claims.ClaimDueAsync("dead", 9, TimeSpan.FromTicks(-10), s_now, default)).Single();

        var taken = (await claims.ClaimDueAsync("alive", 9, s_lease, s_now.AddSeconds(1), default)).Single();

        Assert.That(taken.Token, Is.EqualTo(old.Token + 1));
        Assert.That(await claims.DoneAsync(device, "dead", old.Token, s_now, s_now, failed: false, default), Is.False);
        Assert.That(await claims.RenewAsync("dead", [device], s_lease, null, default), Is.Empty);
        Assert.That(await claims.RenewAsync("alive", [device], s_lease, null, default), Is.EquivalentTo(new[] { device }));
    }

    [Test]
    public async Task Walk_up_takes_a_device_from_its_node()
    {
        var claims = new PollingClaims(Database);
        var device = (await AddAsync(1))[0];
        var old = (await claims.ClaimDueAsync("poller", 9, s_lease, s_now, default)).Single();

        Assert.That(await claims.TakeAsync(device, "walkup", s_lease, default), Is.EqualTo(old.Token + 1));
        Assert.That(await claims.TakeAsync(device, "walkup", s_lease, default), Is.EqualTo(old.Token + 1));
        Assert.That(await claims.TakeAsync(1, "walkup", s_lease, default), Is.Null);
    }

    [Test]
    public async Task Rest_is_for_the_node_that_has_the_device()
    {
        var claims = new PollingClaims(Database);
        var devices = await AddAsync(2);
        await claims.ClaimDueAsync("a", 9, s_lease, s_now, default);
        await claims.TakeAsync(devices[1], "b", s_lease, default);
        await claims.RestAsync("a", devices, s_now.AddHours(1), default);

        var later = s_now + s_lease + TimeSpan.FromSeconds(1);
        Assert.That((await claims.ClaimDueAsync("b", 9, s_lease, later, default)).Select(c => c.DeviceId), Is.EquivalentTo(new[] { devices[1] }));
    }

    [Test]
    public async Task Released_forgotten_and_hurried_devices_are_due()
    {
        var claims = new PollingClaims(Database);
        var devices = await AddAsync(3);
        var got = await claims.ClaimDueAsync("a", 9, s_lease, s_now, default);
        await claims.RenewAsync("a", [devices[0]], s_lease, s_now.AddDays(1), default);
        await claims.ReleaseAsync("a", [devices[1]], default);
        await claims.SetDueAsync([devices[1]], s_now, default);
        Assert.That((await claims.ClaimDueAsync("b", 9, s_lease, s_now, default)).Select(c => c.DeviceId), Is.EquivalentTo(new[] { devices[1] }));

        await claims.ForgetAllAsync("a", default);
        Assert.That((await claims.ClaimDueAsync("b", 9, s_lease, s_now, default)).Select(c => c.DeviceId), Is.EquivalentTo(new[] { devices[0], devices[2] }));
        await claims.ForgetAllAsync(null, default);
        Assert.That(await claims.ClaimDueAsync("c", 9, s_lease, s_now, default), Has.Count.EqualTo(got.Count));
    }

    [Test]
    public async Task Device_that_is_off_or_deleted_is_never_due()
    {
        var claims = new PollingClaims(Database);
        var devices = await AddAsync(2);
        await ExecuteAsync("update device set enabled = 0 where id = @id", devices[0]);
        await ExecuteAsync("update device set deleted_at = 1 where id = @id", devices[1]);

        Assert.That(await claims.ClaimDueAsync("a", 9, s_lease, s_now, default), Is.Empty);
    }

    private Task<int> ExecuteAsync(string sql, long id = 0) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql, new { id }), default);

    private async Task<List<long>> AddAsync(int count)
    {
        var devices = new List<long>();
        while (devices.Count < count)
        {
            devices.Add(await Database.AddDeviceAsync(Ids));
        }

        return devices;
    }
}
