using System.Collections.Immutable;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Tests.Data;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>The page of directories: runs, what is asked for, and the mapping.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class DirectoriesPageTests(Db db) : WebFixture(db)
{
    protected override ImmutableArray<DirectoryOptions> Directories =>
    [
        new() { Name = "corp", Servers = [LdapServer.Parse("ldaps://localhost:1")!], BaseDn = "dc=example", Map = new MapOptions { Email = AttributeText.Parse("mail|proxy"), Cards = ["pager"] } },
    ];

    [Test]
    public async Task Run_is_asked_for_and_the_mapping_is_kept_or_refused_with_the_reason()
    {
        using var browser = await SignedInAsync();
        var page = await browser.GetAsync("/Directories");
        Assert.That(page.Text, Does.Contain("ldaps://localhost:1").And.Contain("not automatic yet").And.Contain("placeholder=\"mail|proxy\"").And.Contain("placeholder=\"pager\"").And.Contain("Other principals"));
        page = await browser.PostAsync("/Directories", new() { ["name"] = "corp", ["DisplayName"] = "<b>{cn}</b>", ["CardRule"] = "nonsense" }, "Mapping");
        Assert.That(page.Text, Does.Contain("CardRule: ").And.Contain("The mapping stays as it was."));
        await browser.PostAsync("/Directories", new() { ["name"] = "corp", ["DisplayName"] = "{cn} ({title})" }, "Mapping");
        var row = (await Services.GetRequiredService<CopyTrack.Server.Data.Directories.DirectoryRepository>().FindAsync(OrganisationRepository.DefaultId, "corp", default))!;
        Assert.That(MapTexts.OfStored(row.Mapping), Is.EqualTo(new MapTexts { DisplayName = "{cn} ({title})" }));
        Assert.That((await browser.GetAsync("/Directories")).Text, Does.Contain("value=\"{cn} ({title})\""));
        Assert.That((await Services.GetRequiredService<AuditLog>().ListAsync(OrganisationRepository.DefaultId, new AuditQuestion(), null, 1, default))[0], Has.Property("Action").EqualTo("directory.map").And.Property("Actor").StartWith("account:"));
        await browser.PostAsync("/Directories", new() { ["name"] = "corp", ["wanted"] = "full" });
        row = (await Services.GetRequiredService<CopyTrack.Server.Data.Directories.DirectoryRepository>().FindAsync(OrganisationRepository.DefaultId, "corp", default))!;
        Assert.That(row.Wanted, Is.EqualTo("full"));
    }
}
