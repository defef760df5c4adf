using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Web;
using CopyTrack.TestKit.Ldap;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>A run in the middle of a real OpenLDAP's answer, which a proxy holds there: REST and page show how far it is, and afterwards how it ended.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ProgressTests(Db db) : WebFixture(db)
{
    private const int People = 1500, HeldAt = 1200;

    // Options are asked for while the site starts, before any set-up of its own.
    private readonly Lazy<(PrivateSlapd Slapd, LdapProxy Proxy)> _directory = new(() =>
    {
        var slapd = PrivateSlapd.StartAsync(string.Concat(Enumerable.Range(0, People).Select(i => PrivateSlapd.Person($"p{i:D4}"))) + PrivateSlapd.Group("staff", PrivateSlapd.Dn("p0000"))).GetAwaiter().GetResult();
        return (slapd, new LdapProxy(slapd.Certificates.Make("CN=localhost", ["localhost"]), slapd.TlsPort));
    });

    protected override ImmutableArray<DirectoryOptions> Directories => [Patient(ReplicationFixture.OptionsOf(_directory.Value.Slapd, _directory.Value.Proxy.Url))];

    [OneTimeTearDown]
    public async Task EndDirectoryAsync()
    {
        if (_directory.IsValueCreated)
        {
            await _directory.Value.Proxy.DisposeAsync();
            await _directory.Value.Slapd.DisposeAsync();
        }
    }

    [Test]
    public async Task Run_under_way_shows_how_far_it_is()
    {
        var (goOn, reached) = (new TaskCompletionSource(), new TaskCompletionSource());
        _directory.Value.Proxy.Act = (number, _) =>
        {
            if (number != HeldAt)
            {
                return new ProxyAct.Pass();
            }

            reached.TrySetResult();
            return new ProxyAct.Hold(goOn.Task);
        };
        var schedule = new ReplicationSchedule(
            Services.GetRequiredService<DirectoryConnectors>(), Services.GetRequiredService<DirectoryRepository>(), Services.GetRequiredService<ReplicationRunner>(), Services.GetRequiredService<DryRunLines>(), new DataOptions(), TimeProvider.System,
            NullLogger<ReplicationSchedule>.Instance);
        using var browser = await SignedInAsync();
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/directories/corp/replicate", new { full = true })).Status, Is.EqualTo(HttpStatusCode.Accepted));
        var round = schedule.RoundAsync(default);
        try
        {
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
            var run = await UntilAsync(r => r.GetProperty("added").GetInt64() > 0);
            Assert.That((run.GetProperty("outcome").GetString(), run.GetProperty("phase").GetString(), run.GetProperty("kind").GetString()), Is.EqualTo(("running", "people", "full")));
            Assert.That(run.GetProperty("endedAt").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(run.GetProperty("seen").GetInt64(), Is.InRange(1, HeldAt).And.GreaterThanOrEqualTo(run.GetProperty("added").GetInt64()));
            Assert.That(run.GetProperty("server").GetString(), Is.EqualTo(_directory.Value.Proxy.Url));
            var page = (await browser.GetAsync("/Directories")).Text;
            Assert.That(page, Does.Match("Under way: reading people\\. [1-9][0-9,]* seen, [1-9][0-9,]* added, 0 changed, 0 problems\\."));
            Assert.That(page, Does.Contain("hx-trigger=\"every 2s\""), "and it asks again by itself");
        }
        finally
        {
            goOn.SetResult();
        }

        Assert.That(await round, Is.True);
        var ended = await UntilAsync(_ => true);
        Assert.That((ended.GetProperty("outcome").GetString(), ended.GetProperty("phase").GetString(), ended.GetProperty("seen").GetInt64(), ended.GetProperty("added").GetInt64()), Is.EqualTo(("good", "ended", (long)People, (long)People)));
        Assert.That((await browser.GetAsync("/Directories")).Text, Does.Not.Contain("Under way: "));
    }

    private static DirectoryOptions Patient(DirectoryOptions options) => options with { Connection = options.Connection with { ReplyTimeout = TimeSpan.FromSeconds(60) } };

    /// <summary>The newest run, as soon as it is so.</summary>
    private async Task<JsonElement> UntilAsync(Func<JsonElement, bool> isSo)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            var (_, body) = await CallAsync(HttpMethod.Get, "/api/v1/directories/corp/runs?limit=1");
            var run = body.GetProperty("items")[0];
            if (isSo(run) || waited.Elapsed > TimeSpan.FromSeconds(20))
            {
                return run;
            }
        }
    }
}
