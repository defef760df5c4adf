using CopyTrack.Identity.Lockout;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.WalkUp;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Settings that are changed while the server runs: by whom showed a secret a moment ago, within bounds, with what was before, on all nodes, and in force at once.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock that the tests put forward.
internal sealed class SettingsPageTests(Db db) : WebFixture(db)
{
    private LiveSettings Live => Services.GetRequiredService<LiveSettings>();

    [TearDown]
    public async Task AsConfiguredAsync()
    {
        foreach (LiveSetting setting in LiveSettings.All)
        {
            await Live.SetAsync(setting, null, "test", default);
        }
    }

    [Test]
    public async Task Security_setting_is_changed_only_by_who_showed_the_secret_and_ends_sessions_from_then_on()
    {
        using Browser browser = await SignedInAsync();
        Clock.Move(TimeSpan.FromMinutes(11));
        Assert.That((await browser.PostAsync("/Settings", new() { ["key"] = "Web:IdleMinutes", ["value"] = "5" }, from: "/Settings")).Text, Does.Contain("Is it still you?"));
        Assert.That(Live.ChangedTo("Web:IdleMinutes"), Is.Null);

        using Browser fresh = await SignedInAsync();
        Assert.That((await fresh.PostAsync("/Settings", new() { ["key"] = "Web:IdleMinutes", ["value"] = "5" })).Text, Does.Contain("Web:IdleMinutes is changed."));
        AuditRow row = (await Services.GetRequiredService<AuditLog>().ListAsync(1, new AuditQuestion(Subject: "setting:Live:Web:IdleMinutes"), null, 1, default)).Single();
        Assert.That((row.Action, row.BeforeValue, row.AfterValue), Is.EqualTo(("setting.change", (string?)null, (string?)"5")));
        Clock.Move(TimeSpan.FromMinutes(4));
        Assert.That((await fresh.GetAsync("/Settings")).Path, Is.EqualTo("/Settings"));
        Clock.Move(TimeSpan.FromMinutes(6));
        Assert.That((await fresh.OnceAsync(HttpMethod.Get, "/Settings")).Location, Does.StartWith("/SignIn"), "the new bound holds without a restart");
    }

    [Test]
    public async Task Lock_out_follows_and_other_nodes_see_it()
    {
        using Browser browser = await SignedInAsync();
        int configured = Services.GetRequiredService<LockoutOptions>().Attempts;
        Assert.That((await browser.PostAsync("/Settings", new() { ["key"] = "Lockout:Attempts", ["value"] = "3" })).Text, Does.Contain("Lockout:Attempts is changed."));
        Assert.That(Services.GetRequiredService<LiveLockout>().Now.Attempts, Is.EqualTo(3));
        LiveSettings other = new(Database, Services.GetRequiredService<SettingRepository>());
        Assert.That(other.Number("Lockout:Attempts", configured), Is.EqualTo(configured), "not looked yet");
        await other.LoadAsync(default);
        Assert.That(other.Number("Lockout:Attempts", configured), Is.EqualTo(3));
        await browser.PostAsync("/Settings", new() { ["key"] = "Lockout:Attempts" });
        Assert.That(Services.GetRequiredService<LiveLockout>().Now.Attempts, Is.EqualTo(configured), "empty lets the configuration hold");
    }

    [TestCase("Web:SessionHours", "25", "takes a whole number from 1 to 24")]
    [TestCase("Web:SessionHours", "0", "takes a whole number from 1 to 24")]
    [TestCase("Web:SessionHours", "soon", "takes a whole number from 1 to 24")]
    [TestCase("Data:ConnectionString", "Host=evil", "can't be changed here")]
    [TestCase("Live:Web:SessionHours", "3", "can't be changed here")]
    public async Task What_can_not_be_is_told_with_what_to_do(string key, string value, string told)
    {
        using Browser browser = await SignedInAsync();
        Assert.That((await browser.PostAsync("/Settings", new() { ["key"] = key, ["value"] = value })).Text, Does.Contain(told));
        Assert.That(await Database.CountAsync("select count(*) from setting where name like 'Live:%'"), Is.Zero);
    }

    [Test]
    public async Task Values_that_this_program_would_not_set_are_left_out()
    {
        SettingRepository settings = Services.GetRequiredService<SettingRepository>();
        await settings.SetAsync("Live:Web:SessionHours", "9999", "test", default);
        await settings.SetAsync("Live:No:Such", "1", "test", default);
        await Live.LoadAsync(default);
        Assert.That(Live.ChangedTo("Web:SessionHours"), Is.Null);
        await settings.SetAsync("Live:Web:SessionHours", null, "test", default);
        await settings.SetAsync("Live:No:Such", null, "test", default);
    }

    [Test]
    public async Task Giant_filters_are_refused_with_the_reason()
    {
        using Browser browser = await SignedInAsync();
        foreach (string page in new[] { "/Devices?q=", "/Users?find=", "/Reports?name=users&user=", "/Sessions?name=jobs&project=" })
        {
            Shown giant = await browser.OnceAsync(HttpMethod.Get, page + new string('x', 5000));
            Assert.That(((int)giant.Status, giant.Text), Is.EqualTo((414, giant.Text)), page);
            Assert.That(giant.Text, Does.Contain("more letters than this page takes"), page);
        }

        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Reports?name=users&user=" + new string('x', 300))).Text, Does.Contain("is longer than 256 characters"));
    }
}
