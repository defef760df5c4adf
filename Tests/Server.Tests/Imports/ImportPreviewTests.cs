using CopyTrack.Server.Imports;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Imports;

/// <summary>What an import would do, told before anything is written; and who would be blocked because the file does not name them.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ImportPreviewTests(Db db) : ImportFixture(db)
{
    [Test]
    public async Task Preview_tells_each_line_and_writes_nothing_and_others_are_blocked_when_it_is_wanted()
    {
        await RunAsync("users", "username,department,cards\nanna,Sales,11112222\nbert,Sales,\ncarl,Stores,\n"u8.ToArray());
        long rows = await Database.CountAsync("select count(*) from person where org_id = 1"), log = await Database.CountAsync("select count(*) from audit_log");
        const string File = "username,department,cards\nanna,Stores,11112222\nbert,Sales,\ndora,Sales,11112222\nemil,Sales,\n";
        List<ImportLine> lines = [];
        ImportSummary summary = await Get<CsvImports>().PreviewUsersAsync(() => new StringReader(File), lines.Add, default);
        Assert.That(summary.ToString(), Is.EqualTo("added 1, changed 1, unchanged 1, bad 1"));
        Assert.That(lines.Select(l => (l.Line, l.Name, l.Kind)), Is.EqualTo(new[]
        {
            (2, "anna", UpsertKind.Changed), (3, "bert", UpsertKind.Unchanged), (4, "dora", UpsertKind.Bad), (5, "emil", UpsertKind.Added),
        }));
        Assert.That(lines[0].Detail, Is.EqualTo("department"));
        Assert.That(lines[2].Detail, Does.Contain("belongs to someone else").And.Not.Contain("11112222"));
        Assert.That(await Database.CountAsync("select count(*) from person where org_id = 1"), Is.EqualTo(rows));
        Assert.That(await Database.CountAsync("select count(*) from audit_log"), Is.EqualTo(log));

        CsvImports imports = Get<CsvImports>();
        Assert.That(await imports.OthersAsync(() => new StringReader(File), 10, default), Is.EqualTo(new[] { "carl" }));
        Assert.That(await imports.BlockOthersAsync(() => new StringReader(File), "test", default), Is.EqualTo(1));
        Assert.That(await Database.CountAsync("select enabled from person where user_folded = 'carl' and org_id = 1"), Is.Zero);
        Assert.That(await imports.OthersAsync(() => new StringReader(File), 10, default), Is.Empty);
    }
}
