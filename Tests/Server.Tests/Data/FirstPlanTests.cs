using System.Text.RegularExpressions;
using CopyTrack.Server.Data;
using Dapper;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

/// <summary>How the embedded database finds rows before anybody counted them: a site grows for hours, or in a demo for a year, from an empty file.</summary>
[TestFixture(Db.Sqlite)]
internal sealed partial class FirstPlanTests(Db db) : DatabaseFixture(db)
{
    /// <summary>These want all of a device's rows, or those of months.</summary>
    private static readonly string[] s_whole = ["Audit_Entries", "Audit_Readings", "Entry_MovedInEpoch", "Entry_SpanOfDevice", "Entry_SumByCauseOfDevice", "FleetDoubt_Count"];

    [Test]
    public async Task Nobody_reads_all_of_a_device_to_find_a_part_of_it()
    {
        List<string> slow = [];
        var plans = 0;
        foreach (var name in Database.Sql.Names.Except(s_whole))
        {
            foreach (var line in await PlanAsync(Database.Sql[name]))
            {
                plans++;
                if (WholeDevice().IsMatch(line))
                {
                    slow.Add($"{name}: {line}");
                }
            }
        }

        Assert.That(plans, Is.GreaterThan(500));
        Assert.That(slow, Is.Empty);
    }

    [Test]
    public async Task Reversals_of_unclaimed_pages_are_found_by_their_time()
    {
        var plan = await PlanAsync(Database.Sql["Offline_Unclaimed"]);

        Assert.That(plan, Has.Some.Matches("SEARCH r USING (COVERING )?INDEX .*(device_id=. AND at=.|at=. AND device_id=.)"), string.Join('\n', plan));
    }

    [TestCase("Person_SearchNoCard", "p USING INDEX sqlite_autoindex_person_1 (org_id=? AND user_folded>?)")]
    [TestCase("AccessLog_List", "l USING INTEGER PRIMARY KEY (rowid<?)")]
    [TestCase("AccessLog_ListOfTerminal", "l USING INDEX access_log_terminal (terminal_id=? AND id<?)")]
    [TestCase("AccessLog_ListOfOutcome", "l USING INTEGER PRIMARY KEY (rowid<?)")]
    [TestCase("AccessLog_ListOfRefusal", "l USING INDEX access_log_outcome (outcome=? AND id<?)")]
    [TestCase("AccessLog_Unknown", "l USING INDEX access_log_unknown (id<?)")]
    [TestCase("AccessLog_UnknownOfTerminal", "l USING INDEX access_log_terminal (terminal_id=? AND id<?)")]
    public async Task Page_of_a_long_list_begins_where_it_stands_and_sorts_nothing(string statement, string first)
    {
        var plan = await PlanAsync(Database.Sql[statement]);

        Assert.That(plan[0], Is.EqualTo("SEARCH " + first));
        Assert.That(plan, Has.None.Contains("TEMP B-TREE"));
    }

    /// <summary>The lines of a statement's plan; none for one that needs a table made for it alone.</summary>
    private async Task<string[]> PlanAsync(string text)
    {
        var parameters = new DynamicParameters();
        foreach (Match match in Parameter().Matches(text))
        {
            parameters.Add(match.Groups[2].Value, match.Groups[1].Success ? new[] { 0L } : null);
        }

        await using var connection = await Database.OpenReaderAsync(default);
        var code = string.Join('\n', text.Split('\n').Where(l => !l.StartsWith("--", StringComparison.Ordinal)));
        List<string> plan = [];
        try
        {
            foreach (var statement in code.Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                plan.AddRange((await connection.QueryAsync(new CommandDefinition("explain query plan " + statement, parameters))).Select(r => (string)r.detail));
            }

            return [.. plan];
        }
        catch (SqliteException e) when (e.Message.Contains("no such table", StringComparison.Ordinal))
        {
            return [];
        }
    }

    [GeneratedRegex(@"^SEARCH (entry|e|reading|b) USING (PRIMARY KEY|(COVERING )?INDEX (entry|reading)_\w+) \(device_id=\?\)$")]
    private static partial Regex WholeDevice();

    [GeneratedRegex(@"(\bin )?@(\w+)")]
    private static partial Regex Parameter();
}
