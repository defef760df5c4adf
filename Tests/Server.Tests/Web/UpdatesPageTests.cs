using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>The page of update packages: how each stands, in words, and what can be done with it, the dangerous apart.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class UpdatesPageTests(Db db) : WebFixture(db)
{
    [OneTimeSetUp]
    public Task AddAsync() => Database.WriteAsync((c, _) => c.ExecuteAsync("""
        insert into fleet_package (id, org_id, product, version, version_number, platform, hash, size, manifest, added_at, whole) values
            (501, 1, 'agent', '1.2.0', 2, 'linux-x64', 'aaaaaaaaaaaaaaaa', 9, @none, 0, 1), (502, 1, 'agent', '1.1.0', 1, 'linux-x64', 'bbbbbbbbbbbbbbbb', 9, @none, 0, 1);
        """, new { none = Array.Empty<byte>() }), default);

    [Test]
    public async Task Each_package_is_a_block_that_says_how_it_stands_and_who_halted_it()
    {
        FleetPackages packages = Services.GetRequiredService<FleetPackages>();
        FleetPackageRow first = (await packages.GetAsync(1, 501, default))!, second = (await packages.GetAsync(1, 502, default))!;
        Assert.That(await packages.StageAsync(first, null, 25, 24, "test", default), Is.Null);
        string page = (await Known.GetAsync("/Updates")).Text;
        Assert.That(page, Does.Contain("Version 1.2.0 for linux-x64").And.Contain("<span class=\"badge good\">offered</span>").And.Contain("25 % of everyone").And.Contain("then 50 % at"));
        Assert.That(page, Does.Contain("<span class=\"badge\">offered to nobody</span>").And.Contain("<button class=\"danger\">Remove</button>").And.Contain("<button class=\"plain\">Halt</button>"));
        Assert.That(page, Does.Contain("name=\"ask\" value=\"Remove the package 1.1.0 for linux-x64? Agents that run it keep it.\""));

        await Known.PostAsync("/Updates", new() { ["id"] = "502" }, "Halt");
        page = (await Known.GetAsync("/Updates")).Text;
        Assert.That(page, Does.Contain("<span class=\"badge bad\">halted</span>").And.Contain("Halted by root.").And.Contain(">Offer again</button>").And.Not.Contain("account:"));
        await packages.HaltAsync(second, "2 agents failed, 0 run it", "fleet", default);
        Assert.That((await Known.GetAsync("/Updates")).Text, Does.Contain("2 agents failed, 0 run it."));
    }
}
