using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CopyTrack.Integration.Browser;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using NUnit.Framework;

namespace CopyTrack.Integration.Stories;

internal sealed partial class TownStories
{
    private const int MostPages = 60;

    [Test]
    public async Task Manager_of_pseudonyms_finds_no_name_anywhere_until_two_agree()
    {
        await town.WithCopiesAsync();
        await town.Ada.GoAsync("/Privacy");
        await town.Ada.PressAsync("Keep names from managers");
        await town.Ada.SeesAsync("Managers see pseudonyms instead of names.");
        await town.Ada.GoAsync("/Accounts");
        await town.Ada.ChooseAsync("Role", "manager", section: "Local accounts");
        await town.Ada.PressAsync("Make a set-up code");
        var max = await town.Browser.OpenAsync("max");
        await max.SetUpAsync(await town.Ada.TextAsync("main p.code"));

        // Every page that a link leads to, and every file of every report.
        Queue<string> ahead = new(["/", "/Reports?name=users", "/SavedReports", "/Privacy", "/Account"]);
        HashSet<string> seen = [.. ahead];
        while (ahead.TryDequeue(out var path))
        {
            await max.GoAsync(path);
            AssertNobody(path, await max.SourceAsync());
            foreach (var link in (await max.LinksAsync()).Where(l => !Regex.IsMatch(l, @"\.(csv|xlsx|json|pdf)(\?|$)") && seen.Count < MostPages && seen.Add(l)))
            {
                ahead.Enqueue(link);
            }
        }

        Assert.That(seen, Has.Some.StartsWith("/Sessions?"), "the jobs behind a number were looked at too");
        foreach (var report in new[] { "users", "devices", "departments", "months", "jobs", "functions" })
        {
            foreach (var format in new[] { "json", "csv", "xlsx" })
            {
                var file = await max.FetchAsync($"/Reports/{report}.{format}?period=thisMonth{(report is "users" or "jobs" ? "" : "&by=user")}");
                Assert.That(file.Status, Is.EqualTo(200), report + format + file.Text);
                AssertNobody($"{report}.{format}", format == "xlsx" ? Unzipped(file.Body) : file.Text);
            }
        }

        var printed = await max.FetchAsync("/Reports/users.pdf?period=thisMonth");
        var pdf = town.Site.Write("max.pdf", "");
        await File.WriteAllBytesAsync(pdf, printed.Body);
        AssertNobody("users.pdf", await Paper.TextAsync(pdf));

        // What asks by a name answers as for a name that nobody has.
        foreach (var question in new[] { "/Reports?name=users&user=NAME", "/Reports/users.json?user=NAME", "/Reports/jobs.csv?user=NAME", "/Sessions?name=users&user=NAME", "/Users?find=NAME", "/Users/NAME", "/My?find=NAME", "/AccessLog?q=NAME", "/Audit?subject=NAME", "/Devices?q=NAME" })
        {
            var (real, made) = (await max.FetchAsync(question.Replace("NAME", "anna.adler", StringComparison.Ordinal)), await max.FetchAsync(question.Replace("NAME", "yoda.young", StringComparison.Ordinal)));
            Assert.That((real.Status, Told(real.Text, "anna.adler")), Is.EqualTo((made.Status, Told(made.Text, "yoda.young"))), question);
            AssertNobody(question, real.Text.Replace("anna.adler", "", StringComparison.OrdinalIgnoreCase));
        }

        // No order tells of names: rows come by what is shown.
        var rows = JsonNode.Parse((await max.FetchAsync("/Reports/users.json?period=thisMonth")).Text)!["rows"]!.AsArray().Select(r => r!["key"]!.GetValue<string>()).ToArray();
        Assert.That(rows, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal), "rows stand by pseudonym");
        await max.GoAsync("/Reports?name=users&period=thisMonth&sort=name");
        var names = (await max.TableAsync()).Skip(1).SkipLast(1).Select(r => r[0]).ToArray();
        Assert.That(names, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).Or.Ordered.Descending.Using((IComparer<string>)StringComparer.Ordinal));

        await TwoAgreeAsync(max, (await max.TableAsync()).Single(r => r[2] == "11" && r[0].StartsWith("P-", StringComparison.Ordinal))[0]);
        await max.CloseAsync();
    }

    [Test]
    public async Task Erased_person_is_nowhere_and_every_sum_stays()
    {
        await town.WithCopiesAsync();
        await town.WalkUpAsync("04D4E5F6", "dora", new JobRequest { Function = JobFunction.Copy, Pages = 6 });
        await town.Site.GoodAsync("quota", "set", "user", "dora.dahl", "--period", "month", "--hard", "20");
        await town.Ada.GoAsync("/Users/dora.dahl");
        await town.Ada.PressAsync("Make a new PIN");
        Assert.That(await TracesAsync("dora", "dahl", "04D4E5F6"), Is.Not.Empty, "she is known");
        var before = await SumsAsync();

        await town.Ada.GoAsync("/Users/dora.dahl");
        await town.Ada.UnfoldAsync("Erase");
        Assert.That(await town.Ada.TextAsync(section: "Administration"), Does.Contain("1 card, the PIN, 1 group").And.Contain("1 walk-up, 6 pages"), "what goes and what stays is told before");
        await town.Ada.FillAsync("Type dora.dahl to erase", "dora");
        await town.Ada.PressAsync("Erase this person");
        Assert.That(await town.Ada.TextAsync(), Does.Contain("Type the user name to erase the person."));
        await town.Ada.UnfoldAsync("Erase");
        await town.Ada.FillAsync("Type dora.dahl to erase", "dora.dahl");
        await town.Ada.PressAsync("Erase this person");
        Assert.That(await town.Ada.TextAsync(), Does.Contain("The person is erased. Every sum stays.").And.Not.Contain("Dora"));

        Assert.That(await TracesAsync("dora", "dahl", "04D4E5F6"), Is.Empty);
        Assert.That(await SumsAsync(), Is.EqualTo(before));
        Assert.That(town.Truth("dora"), Is.EqualTo(6));
        await town.Site.GoodAsync("audit", "--full");
        foreach (var path in new[] { "/Users", "/Users?find=dora", "/AccessLog", "/Sessions?state=all", "/Reports?name=users", "/Audit", "/Reports?name=jobs", "/" })
        {
            Assert.That((await town.Ada.GoAsync(path)).Replace("/Users?find=dora", "", StringComparison.Ordinal), Does.Not.Contain("Dora").And.Not.Contain("dora.dahl"), path);
        }

        Assert.That(await town.Ada.StatusAsync("/Users/dora.dahl"), Is.EqualTo(404));
        await town.Terminal.CommandAsync("card 04D4E5F6");
        await town.Terminal.HearAsync("event", "loginError");
    }

    private async Task TwoAgreeAsync(Person max, string pseudonym)
    {
        await max.GoAsync("/Privacy");
        await max.FillAsync("Pseudonym", pseudonym);
        await max.FillAsync("Reason", "These pages were printed at night");
        await max.PressAsync("Ask for the name");
        var mine = await max.TextAsync(row: pseudonym);
        Assert.That(mine, Does.Contain("waits").And.Not.Contain("Grant").And.Not.Contain("Show the name"), "who asks does not decide");
        await town.Ada.GoAsync("/Privacy");
        await town.Ada.PressAsync("Grant", row: pseudonym);
        Assert.That(await town.Ada.TextAsync(), Does.Contain("Granted for 24 hours."));
        await max.GoAsync("/Privacy");
        AssertNobody("/Privacy before the look", await max.SourceAsync());
        await max.PressAsync("Show the name", row: pseudonym);
        Assert.That(await max.TextAsync("main p.code"), Is.EqualTo("Anna Adler"));
        AssertNobody("/Reports after the look", await max.GoAsync("/Reports?name=users"));
        Assert.That(await town.Site.ScalarAsync("select count(distinct actor) from audit_log where action like 'name.%'"), Is.EqualTo(2), "both stand in the audit log");
    }

    /// <summary>A page without what changes from request to request, and without the name that was asked for.</summary>
    private static string Told(string page, string asked) => Lasting(page).Replace(asked, "", StringComparison.OrdinalIgnoreCase);

    /// <summary>A page without its tokens: four letters of a name stand in one of them by chance now and then.</summary>
    private static string Lasting(string page) => Regex.Replace(page, "name=\"__RequestVerificationToken\"[^>]*>|value=\"CfDJ8[^\"]*\"", "");

    private static void AssertNobody(string where, string text) =>
        Assert.That(Regex.Match(Lasting(text), "(?i)anna|adler|bert\\b|brandt|cora|czerny|dora|dahl|box\\.test").Value, Is.Empty, $"{where} tells of somebody");

    private static string Unzipped(byte[] file)
    {
        using ZipArchive zip = new(new MemoryStream(file));
        StringBuilder all = new();
        foreach (var entry in zip.Entries)
        {
            using StreamReader part = new(entry.Open());
            all.Append(part.ReadToEnd());
        }

        return all.ToString();
    }

    /// <summary>Where in the database any of these texts stands, in any column of any table, as <c>table.column.type</c>.</summary>
    private async Task<string[]> TracesAsync(params string[] texts)
    {
        var columns = await town.Site.ListAsync(town.Site.Db == Db.Sqlite
            ? "select m.name || '.' || c.name || '.text' from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'"
            : "select table_name || '.' || column_name || '.' || data_type from information_schema.columns where table_schema = 'public'");
        Assert.That(columns, Has.Length.GreaterThan(300), "the tables are listed");
        List<string> found = [];
        foreach (var column in columns)
        {
            var at = column.Split('.');
            var text = at[2] == "bytea" ? $"encode(\"{at[1]}\", 'escape')" : $"cast(\"{at[1]}\" as text)";
            var any = string.Join(" or ", texts.Select(t => $"lower({text}) like '%{t.ToLowerInvariant()}%'"));
            if (await town.Site.ScalarAsync($"select count(*) from \"{at[0]}\" where {any}") > 0)
            {
                found.Add(column);
            }
        }

        return [.. found];
    }

    /// <summary>All sums that reports are made of, and the ledger's own.</summary>
    private async Task<string> SumsAsync()
    {
        var totals = new[] { "users", "devices", "months", "functions" }.Select(async n => JsonNode.Parse((await town.Ada.FetchAsync($"/Reports/{n}.json?period=thisMonth")).Text)!["totals"]!.ToJsonString());
        return string.Join('\n', [.. await Task.WhenAll(totals), $"{await town.Site.ScalarAsync("select count(*) from entry")} {await town.Site.ScalarAsync("select sum(delta) from entry")} {await town.Site.ScalarAsync("select sum(impressions * 1000000 + cost_micros) from usage_month")}"]);
    }
}
