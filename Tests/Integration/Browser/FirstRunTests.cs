using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Integration.Browser;

/// <summary>A new site as its first administrator lives it: from the set-up code to the first swipe, in a browser, with a simulated copier and a terminal.</summary>
[Parallelizable] // Its site, its copier and its browser are its own.
internal sealed partial class FirstRunTests
{
    [Test]
    public async Task Guided_path_leads_from_the_code_to_the_first_swipe_seen_live()
    {
        await using var site = await LiveSite.StartBareAsync(LiveDatabases.OfStories(Db.PostgreSql), "--Polling:IdleSeconds=5");
        var code = SetupCode().Match(await site.GoodAsync("setup-code")).Value;
        await using var script = new BrowserScript(
            "first-run.mjs", "--base", $"https://localhost:{site.HttpsPort}", "--code", code, "--port", site.Copier.EndPoint!.Port.ToString(CultureInfo.InvariantCulture));

        await using var terminal = await SwipeAsync(site, script, "Anna A");

        var (status, told) = await script.EndAsync();
        Assert.That(status, Is.Zero, told);
        Assert.That(told, Does.Contain("seen Anna A").And.Contain("overview Anna A"));
    }

    [Test]
    public async Task People_of_a_directory_come_by_pages_alone_and_log_in()
    {
        await using var slapd = await PrivateSlapd.StartAsync(PrivateSlapd.Person("anna", "employeeNumber: 04A1") + PrivateSlapd.Person("bert"));
        await DirectoryStoryAsync(
            "--kind", "ldap", "--host", string.Create(CultureInfo.InvariantCulture, $"localhost:{slapd.TlsPort}"), "--base-dn", $"ou=people,{PrivateSlapd.Suffix}", "--bind", PrivateSlapd.Reader,
            "--password", PrivateSlapd.Password, "--cards", "employeeNumber", "--ca", slapd.CaFile);
    }

    [Test]
    public async Task People_of_an_Active_Directory_come_by_pages_alone_and_log_in()
    {
        const string ou = "OU=hall," + PrivateSamba.Suffix;
        await using var samba = await PrivateSamba.StartAsync();
        await samba.ChangeAsync(
            $"dn: {ou}\nchangetype: add\nobjectClass: organizationalUnit\n\n" + PrivateSamba.User("anna", "displayName: anna name\npager: 04A1", ou) + PrivateSamba.User("bert", parent: ou));
        await DirectoryStoryAsync(
            "--kind", "activeDirectory", "--host", samba.Address, "--base-dn", ou, "--bind", PrivateSamba.Admin, "--password", PrivateSamba.Password, "--cards", "pager", "--ca", samba.PathOf("ca.pem"));
    }

    /// <summary>A directory with anna, whose card is 04A1, and bert is entered on the pages, tried, run dry and turned on; then anna logs in.</summary>
    private static async Task DirectoryStoryAsync(params string[] directory)
    {
        await using var site = await LiveSite.StartBareAsync(LiveDatabases.OfStories(Db.Sqlite), "--Polling:IdleSeconds=5");
        var code = SetupCode().Match(await site.GoodAsync("setup-code")).Value;
        string[] shots = Environment.GetEnvironmentVariable("COPYTRACK_SHOTS") is { Length: > 0 } folder ? ["--shots", folder] : [];
        await using var script = new BrowserScript(
            "first-run-directory.mjs",
            ["--base", $"https://localhost:{site.HttpsPort}", "--code", code, "--port", site.Copier.EndPoint!.Port.ToString(CultureInfo.InvariantCulture), "--swiper", "anna name", .. directory, .. shots]);
        await using var terminal = await SwipeAsync(site, script, "anna name");

        var (status, told) = await script.EndAsync();
        Assert.That(status, Is.Zero, told);
        Assert.That(told, Does.Contain("seen anna name"));
        Assert.That(site.Log, Does.Not.Contain(directory[Array.IndexOf(directory, "--password") + 1] + "\"").And.Not.Contain("not the password"));
    }

    /// <summary>A terminal enrols with the code that the page made, and the card 04A1 is put on its reader when the page waits for it. Returns the terminal.</summary>
    private static async Task<LiveTerminal> SwipeAsync(LiveSite site, BrowserScript script, string whose)
    {
        var made = JsonNode.Parse(await script.LineAsync())!;
        var identity = await LiveIdentity.EnrolAsync(site.HttpsPort, made["terminal"]!.GetValue<string>(), made["code"]!.GetValue<string>());
        var terminal = await LiveTerminal.ConnectAsync(site, identity, "card");
        await script.SayAsync("enrolled");
        Assert.That(await script.LineAsync(), Is.EqualTo("waiting"));
        var login = await terminal.CardAsync("04A1");
        Assert.That(login["result"]?["user"]?["displayName"]?.GetValue<string>(), Is.EqualTo(whose), login.ToJsonString());
        return terminal;
    }

    [GeneratedRegex("([0-9A-Z]{4}-){3}[0-9A-Z]{4}")]
    private static partial Regex SetupCode();
}
