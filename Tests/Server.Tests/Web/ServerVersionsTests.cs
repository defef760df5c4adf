using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Agent.Updates;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet.Updates;
using CopyTrack.Server.Hosting.Updates;
using CopyTrack.Server.Tests.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Packages of the server itself by the page Updates: taken when the publisher signed them, installed on an administrator's word, one node after the other, halted by one that rolls back.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock that the tests put forward.
internal sealed class ServerVersionsTests(Db db) : WebFixture(db)
{
    private readonly ECDsa _publisher = FleetKeys.Create(), _thief = FleetKeys.Create();
    private readonly string _folder = Directory.CreateTempSubdirectory("copytrack-versions-page-").FullName;
    private ReleaseKeys? _keys;

    private UpdateOptions Manual => new() { Folder = Path.Combine(_folder, "packages") };

    [OneTimeTearDown]
    public void Remove()
    {
        _keys?.Dispose();
        _publisher.Dispose();
        _thief.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Package_is_taken_and_installed_on_each_node_in_turn_and_a_node_that_rolls_back_halts_the_others()
    {
        using Browser browser = await SignedInAsync();
        Assert.That((await browser.GetAsync("/Updates")).Text, Does.Contain("Version 1.0.0 for").And.Contain("installed when you say so"));
        Assert.That(await UploadAsync(browser, await PackAsync("1.1.0", _thief)), Does.Contain("not signed by the publisher's release key. Take packages from the publisher of this program alone."));
        byte[] good = await PackAsync("1.1.0");
        Assert.That(await UploadAsync(browser, good[..^3]), Does.Contain("The package is not taken: the archive is cut short. It was damaged on the way: fetch it from the publisher once more."));
        Assert.That(await UploadAsync(browser, await PackAsync("0.9.0")), Does.Contain("version 0.9.0 is not above 1.0.0, which runs"));
        Assert.That(await UploadAsync(browser, await PackAsync("1.1.0", platform: "win-x64")), Does.Contain("the package is for win-x64, and this server runs on "));
        Assert.That(Directory.Exists(Manual.Folder) ? Directory.GetFiles(Manual.Folder) : [], Is.Empty);
        Assert.That(await UploadAsync(browser, good), Does.Contain("Version 1.1.0 of the server is there and waits.").And.Contain("Install now"));

        (ServerUpdateRounds one, VersionRoot first) = Node("one", "1.0.0", Manual);
        (ServerUpdateRounds two, VersionRoot second) = Node("two", "1.0.0", Manual);
        Assert.That(await one.RoundAsync(default), Is.False, "nobody said so");
        Assert.That((await browser.PostAsync("/ServerVersions", new() { ["version"] = "1.1.0" }, "Install", "/Updates")).Text, Does.Contain("on one node after the other").And.Contain("is installed next"));
        Assert.That((await one.RoundAsync(default), await two.RoundAsync(default)), Is.EqualTo((true, false)));
        Assert.That((first.Wanted, second.Wanted), Is.EqualTo(((ReleaseVersion?)ReleaseVersion.Parse("1.1.0"), (ReleaseVersion?)null)));
        Assert.That(await first.IsWholeAsync(ReleaseVersion.Parse("1.1.0"), _keys!, default), Is.True);
        Assert.That((await browser.GetAsync("/Updates")).Text, Does.Contain("Version 1.1.0 is being tried at"));
        Assert.That((await browser.PostAsync("/ServerVersions", new() { ["version"] = "1.1.0" }, "Install", "/Updates")).Text, Does.Contain("Another update is under way."));
        Assert.That(await one.RoundAsync(default), Is.False, "it goes on");

        // The first node comes back as the new version; only then the second begins, and rolls back.
        first.Forget();
        (one, first) = Node("one", "1.1.0", Manual);
        await one.RoundAsync(default);
        Assert.That(await two.RoundAsync(default), Is.True);
        second.Keep(second.Book.Begun(ReleaseVersion.Parse("1.1.0")).GivenUp("it was not ready within 600 s", Clock.GetUtcNow()));
        second.Forget();
        Assert.That(await two.RoundAsync(default), Is.False);
        (ServerUpdateRounds three, VersionRoot third) = Node("three", "1.0.0", Manual with { Mode = UpdateOptions.Automatic, Hours = HoursOfDay.TryParse("00:00-23:59")! });
        Assert.That(await three.RoundAsync(default), Is.False, "halted for all");
        Assert.That((await browser.GetAsync("/Updates")).Text, Does.Contain("The update to 1.1.0 is halted:").And.Contain("it was not ready within 600 s"));
        await UploadAsync(browser, await PackAsync("1.2.0"));
        Assert.That((await three.RoundAsync(default), third.Wanted?.ToString()), Is.EqualTo((true, "1.2.0")), "a newer one, by itself in its hours");
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action in ('serverVersion.add', 'serverVersion.install')"), Is.EqualTo(3));

        Clock.Move(TimeSpan.FromMinutes(11));
        Assert.That((await browser.GetAsync("/Updates")).Text, Does.Contain("/Confirm?returnUrl=/Updates").And.Not.Contain("/ServerVersions?handler=Take"));
        Assert.That((await browser.PostAsync("/ServerVersions", new() { ["version"] = "1.2.0" }, "Install", "/Updates")).Status, Is.EqualTo(HttpStatusCode.Forbidden), "asks who it is");
    }

    protected override void AddMore(IServiceCollection services)
    {
        base.AddMore(services);
        _keys = ReleaseKeys.FromPem(_publisher.ExportSubjectPublicKeyInfoPem());
        services.Replace(ServiceDescriptor.Singleton<IServerVersions>(p => Versions(p.GetRequiredService<ServerUpdates>(), "page", "1.0.0", Manual)));
    }

    private ServerVersions Versions(ServerUpdates updates, string node, string version, UpdateOptions options) =>
        new(new SupervisedProcess(Path.Combine(_folder, node), version, null), updates, options, _keys!, Clock);

    private (ServerUpdateRounds Rounds, VersionRoot Root) Node(string node, string version, UpdateOptions options)
    {
        ServerUpdates updates = Services.GetRequiredService<ServerUpdates>();
        Directory.CreateDirectory(Path.Combine(_folder, node));
        return (new ServerUpdateRounds(Versions(updates, node, version, options), updates, options, ReportOptions, Clock, NullLogger<ServerUpdateRounds>.Instance), new VersionRoot(Path.Combine(_folder, node)));
    }

    private async Task<byte[]> PackAsync(string version, ECDsa? key = null, string? platform = null)
    {
        using MemoryStream scratch = new(), package = new();
        byte[] script = Encoding.ASCII.GetBytes("#!/bin/sh\nexit 0\n");
        await PackageWriter.WriteAsync(
            PackageManifest.Server, ReleaseVersion.Parse(version), platform ?? RuntimeInformation.RuntimeIdentifier, [("copytrack", () => new MemoryStream(script))], key ?? _publisher, scratch, package, default);
        return package.ToArray();
    }

    /// <summary>Sends a package by the form of the page, and gives the page afterwards.</summary>
    private async Task<string> UploadAsync(Browser browser, byte[] package)
    {
        string page = (await browser.OnceAsync(HttpMethod.Get, "/Updates")).Text;
        using HttpClientHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
        using HttpClient client = new(handler) { BaseAddress = Address };
        using HttpRequestMessage request = new(HttpMethod.Post, "/ServerVersions?handler=Take");
        request.Headers.Add("Cookie", string.Join("; ", browser.Cookies.Select(c => $"{c.Key}={c.Value}")));
        using MultipartFormDataContent form = new()
        {
            { new StringContent(Regex.Match(page, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value), "__RequestVerificationToken" },
            { new ByteArrayContent(package), "package", "p.ctpkg" },
        };
        request.Content = form;
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), await response.Content.ReadAsStringAsync());
        foreach (string line in response.Headers.GetValues("Set-Cookie"))
        {
            Match cookie = Regex.Match(line, "^([^=]+)=([^;]*)");
            browser.Cookies[cookie.Groups[1].Value] = cookie.Groups[2].Value;
        }

        return (await browser.GetAsync("/Updates")).Text;
    }
}
