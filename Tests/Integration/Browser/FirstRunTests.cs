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

        var made = JsonNode.Parse(await script.LineAsync())!;
        var identity = await LiveIdentity.EnrolAsync(site.HttpsPort, made["terminal"]!.GetValue<string>(), made["code"]!.GetValue<string>());
        await using var terminal = await LiveTerminal.ConnectAsync(site, identity, "card");
        await script.SayAsync("enrolled");
        Assert.That(await script.LineAsync(), Is.EqualTo("waiting"));
        var login = await terminal.CardAsync("04A1");
        Assert.That(login["result"]?["user"]?["displayName"]?.GetValue<string>(), Is.EqualTo("Anna A"), login.ToJsonString());

        var (status, told) = await script.EndAsync();
        Assert.That(status, Is.Zero, told);
        Assert.That(told, Does.Contain("seen Anna A").And.Contain("overview Anna A"));
    }

    [Test]
    public async Task People_of_a_directory_come_by_pages_alone_and_log_in()
    {
        await using var slapd = await PrivateSlapd.StartAsync(PrivateSlapd.Person("anna", "employeeNumber: 04A1") + PrivateSlapd.Person("bert"));
        await using var site = await LiveSite.StartBareAsync(LiveDatabases.OfStories(Db.Sqlite), "--Polling:IdleSeconds=5");
        var code = SetupCode().Match(await site.GoodAsync("setup-code")).Value;
        string[] shots = Environment.GetEnvironmentVariable("COPYTRACK_SHOTS") is { Length: > 0 } folder ? ["--shots", folder] : [];
        await using var script = new BrowserScript(
            "first-run-directory.mjs",
            [
                "--base", $"https://localhost:{site.HttpsPort}", "--code", code, "--port", site.Copier.EndPoint!.Port.ToString(CultureInfo.InvariantCulture), "--ldap", slapd.TlsPort.ToString(CultureInfo.InvariantCulture),
                "--base-dn", $"ou=people,{PrivateSlapd.Suffix}", "--bind", PrivateSlapd.Reader, "--password", PrivateSlapd.Password, "--ca", slapd.CaFile, .. shots,
            ]);

        var made = JsonNode.Parse(await script.LineAsync())!;
        var identity = await LiveIdentity.EnrolAsync(site.HttpsPort, made["terminal"]!.GetValue<string>(), made["code"]!.GetValue<string>());
        await using var terminal = await LiveTerminal.ConnectAsync(site, identity, "card");
        await script.SayAsync("enrolled");
        Assert.That(await script.LineAsync(), Is.EqualTo("waiting"));
        var login = await terminal.CardAsync("04A1");
        Assert.That(login["result"]?["user"]?["displayName"]?.GetValue<string>(), Is.EqualTo("anna name"), login.ToJsonString());

        var (status, told) = await script.EndAsync();
        Assert.That(status, Is.Zero, told);
        Assert.That(told, Does.Contain("seen anna"));
        Assert.That(site.Log, Does.Not.Contain(PrivateSlapd.Password + "\"").And.Not.Contain("not the password"));
    }

    [GeneratedRegex("([0-9A-Z]{4}-){3}[0-9A-Z]{4}")]
    private static partial Regex SetupCode();
}
