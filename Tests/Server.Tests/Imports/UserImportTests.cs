using System.Diagnostics;
using System.Globalization;
using System.Text;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Tests.Data;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Imports;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class UserImportTests(Db db) : ImportFixture(db)
{
    [Test]
    public async Task Users_are_added_changed_and_left_alone()
    {
        const string file = """
            username,displayName,email,department,costCentre,groups,cards,pin,principal,language,functions,projectRequired,enabled
            anna,Anna Ärmel,anna@example.org,Sales,4711,staff;Leads,04:A2:2B:1C;0012345678,482915,anna@EXAMPLE.ORG,de,copy;scan,true,true
            ben,Ben,,,,,,,,,,,
            """;
        Assert.That((await ImportAsync("users", file)).Summary, Is.EqualTo("added 2, changed 0, unchanged 0, bad 0"));
        var anna = await PersonAsync("ANNA");
        Assert.That(anna.Row, Has.Property("DisplayName").EqualTo("Anna Ärmel").And.Property("Functions").EqualTo("copy;scan").And.Property("ProjectRequired").True);
        Assert.That(anna.Groups.Select(group => group.GroupName), Is.EqualTo(["Leads", "staff"]));
        Assert.That(HasCard(anna, "04A22B1C") && HasCard(anna, "0012345678"), Is.True);
        Assert.That(Ring.Verify(new KeyedHash(anna.Pin!.KeyId, anna.Pin.Hash), HashKinds.Pin, OrgId, "482915"), Is.EqualTo(HashMatch.Yes));

        Assert.That((await ImportAsync("users", file)).Summary, Is.EqualTo("added 0, changed 0, unchanged 2, bad 0"));
        Assert.That((await ImportAsync("users", "username,department\nAnna,Support\nben,\n")).Summary, Is.EqualTo("added 0, changed 1, unchanged 1, bad 0"));
        var after = await PersonAsync("anna");
        Assert.That(after.Row with { Department = "Sales", UpdatedAt = anna.Row.UpdatedAt }, Is.EqualTo(anna.Row));
        Assert.That(after.Cards.Select(card => card.Id), Is.EqualTo(anna.Cards.Select(card => card.Id)));
    }

    [Test]
    public async Task Database_learns_how_large_its_tables_became()
    {
        var file = "username\n" + string.Concat(Enumerable.Range(0, 1200).Select(i => $"many{i}\n"));
        Assert.That((await ImportAsync("users", file)).Summary, Is.EqualTo("added 1200, changed 0, unchanged 0, bad 0"));
        if (Database.Dialect == CopyTrack.Server.Data.Dialect.PostgreSql)
        {
            var known = await Database.ReadAsync((c, _) => Dapper.SqlMapper.ExecuteScalarAsync<long>(c, "select reltuples::bigint from pg_class where relname = 'person'"), default);
            Assert.That(known, Is.GreaterThanOrEqualTo(1200));
        }
    }

    [Test]
    public async Task Empty_cell_clears_and_absent_column_keeps()
    {
        await ImportAsync("users", "username,email,groups,cards,pin,functions,enabled\nanna,a@b,g1;g2,04A22B1C,482915,copy,false\n");
        Assert.That((await ImportAsync("users", "username,email,groups,cards,pin,functions,enabled\nanna,,,,,,\n")).Summary, Is.EqualTo("added 0, changed 1, unchanged 0, bad 0"));
        var anna = await PersonAsync("anna");
        Assert.That(anna.Row, Has.Property("Email").Null.And.Property("Functions").Null.And.Property("Enabled").True);
        Assert.That(anna.Groups.IsEmpty && anna.Cards.IsEmpty && anna.Pin is null, Is.True);
    }

    [Test]
    public async Task Groups_column_leaves_what_a_directory_or_a_provisioning_client_gave()
    {
        await ImportAsync("users", "username,groups\nanna,hand;Both\n");
        var anna = await PersonAsync("anna");
        await Database.WriteAsync((c, _) => Dapper.SqlMapper.ExecuteAsync(
            c, "insert into person_group (person_id, group_name, group_folded, directory) values (@id, 'Corp', 'corp', 1), (@id, 'Pushed', 'pushed', 2)", new { id = anna.Row.Id }), default);
        Assert.That((await ImportAsync("users", "username,groups\nanna,both;new;CORP\n")).Summary, Is.EqualTo("added 0, changed 1, unchanged 0, bad 0"));
        anna = await PersonAsync("anna");
        Assert.That(anna.Groups.Select(g => (g.GroupName, g.Source)), Is.EqualTo([("both", 0L), ("Corp", 1L), ("new", 0L), ("Pushed", 2L)]));
        Assert.That((await ImportAsync("users", "username,groups\nanna,both;new;corp;pushed\n")).Summary, Is.EqualTo("added 0, changed 0, unchanged 1, bad 0"));
        await ImportAsync("users", "username,groups\nanna,\n");
        Assert.That((await PersonAsync("anna")).Groups.Select(g => g.GroupName), Is.EqualTo(["Corp", "Pushed"]));
    }

    [Test]
    public async Task Cards_column_names_all_cards_of_a_person()
    {
        await ImportAsync("users", "username,cards\nanna,11111111;22222222\n");
        var before = await PersonAsync("anna");
        await ImportAsync("users", "username,cards\nanna,2222-2222;33333333\n");
        var after = await PersonAsync("anna");
        Assert.That((HasCard(after, "11111111"), HasCard(after, "22222222"), HasCard(after, "33333333")), Is.EqualTo((false, true, true)));
        Assert.That(after.Cards.Select(card => card.Id).Intersect(before.Cards.Select(card => card.Id)).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Bad_lines_are_told_with_their_physical_line_and_good_ones_are_taken()
    {
        string[] lines =
        [
            "username,displayName,cards,pin,functions,enabled,organisation",
            "anna,\"A",
            "nna\",,482915,,,@",
            ",nobody,,,,,@",
            "ben,Ben,,12345,,,@",
            "carl,Carl,,123456,,,@",
            "dora,Dora,11111111,739206,,,@",
            "emil,Emil,,739206,,,@",
            "fritz,Fritz,1111 1111,,,,@",
            "gerd,Gerd,,,staple,,@",
            "hans,Hans,,,,maybe,@",
            "ida,Ida,22222222;:-:,,,,@",
            "jan,Jan,,73920a,,,@",
            "kurt,Kurt",
            "lena,Lena,33333333,580417,copy,true,@",
        ];
        var (summary, bad) = await RunAsync("users", Encoding.UTF8.GetBytes(string.Join('\n', lines).Replace("@", Organisation, StringComparison.Ordinal)));
        Assert.That(bad, Is.EqualTo(
        [
            "line 2: displayName contains a control character",
            "line 4: username is empty",
            "line 5: the PIN is too short: 6 digits are needed",
            "line 6: the PIN is trivial",
            "line 8: the PIN is taken",
            "line 9: the card belongs to someone else",
            "line 10: functions: unknown function 'staple' (copy, copyColor, scan, fax, print)",
            "line 11: enabled is neither true nor false",
            "line 12: card 2 is no card number",
            "line 13: a PIN consists of digits only",
            "line 14: 2 cells where the header has 7",
        ]));
        Assert.That(summary, Is.EqualTo("added 2, changed 0, unchanged 0, bad 11"));
        Assert.That(await People.FindAsync(OrgId, "lena", default), Is.Not.Null);
        Assert.That(await People.FindAsync(OrgId, "fritz", default), Is.Null);
    }

    [Test]
    public async Task Strict_takes_nothing_unless_all_lines_are_good()
    {
        Assert.That((await ImportAsync("users", "username,pin\nanna,482915\nben,1\n", strict: true)).Summary, Is.EqualTo("added 0, changed 0, unchanged 0, bad 1"));
        Assert.That(await People.FindAsync(OrgId, "anna", default), Is.Null);
        Assert.That((await ImportAsync("users", "username,pin\nanna,482915\nben,739206\n", strict: true)).Summary, Is.EqualTo("added 2, changed 0, unchanged 0, bad 0"));
    }

    [Test]
    public async Task Dry_run_changes_nothing_and_sees_conflicts_across_batches()
    {
        var text = new StringBuilder("username,cards\n");
        for (var i = 0; i < 450; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"u{i},{10_000_000 + (i % 449)}\n");
        }

        var (summary, bad) = await ImportAsync("users", text.ToString(), dryRun: true);
        Assert.That(summary, Is.EqualTo("added 449, changed 0, unchanged 0, bad 1"));
        Assert.That(bad, Is.EqualTo(["line 451: the card belongs to someone else"]));
        Assert.That(await People.FindAsync(OrgId, "u0", default), Is.Null);
        Assert.That((await ImportAsync("users", text.ToString())).Summary, Is.EqualTo(summary));
    }

    [Test]
    public async Task Same_user_twice_in_a_file_is_one_person_with_the_later_values()
    {
        Assert.That((await ImportAsync("users", "username,displayName\nanna,A\nAnna,B\n anna ,B\n")).Summary, Is.EqualTo("added 1, changed 1, unchanged 1, bad 0"));
        Assert.That((await PersonAsync("anna")).Row.DisplayName, Is.EqualTo("B"));
    }

    [Test]
    public async Task Card_may_move_to_someone_else_once_it_was_taken_away()
    {
        await ImportAsync("users", "username,cards\nanna,11111111\n");
        Assert.That((await ImportAsync("users", "username,cards\nanna,\nben,11111111\n")).Summary, Is.EqualTo("added 1, changed 1, unchanged 0, bad 0"));
        Assert.That(HasCard(await PersonAsync("ben"), "11111111"), Is.True);
    }

    [Test]
    public async Task Pins_must_be_long_enough_for_the_users_that_the_file_leads_to()
    {
        var text = new StringBuilder("username,pin\nfirst,482915\nlonger,4829157\n");
        for (var i = 0; i < 1000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"u{i},\n");
        }

        var (summary, bad) = await ImportAsync("users", text.ToString());
        Assert.That((summary, bad), Is.EqualTo(("added 1001, changed 0, unchanged 0, bad 1", new[] { "line 2: the PIN is too short: 7 digits are needed" })));
        Assert.That((await ImportAsync("users", text.ToString())).Summary, Is.EqualTo("added 0, changed 0, unchanged 1001, bad 1"));
    }

    [Test]
    public async Task Value_under_an_older_key_is_the_same_value()
    {
        var old = Ring;
        await ImportAsync("users", "username,cards,pin\nanna,11111111,482915\n");
        try
        {
            var first = KeyRing.Generate("k2", DateTimeOffset.UnixEpoch.AddDays(1));
            Ring = new KeyRing([first], DateTimeOffset.UnixEpoch.AddDays(1));
            Assert.That(HasCard(await PersonAsync("anna"), "11111111"), Is.False, "another key finds nothing");
        }
        finally
        {
            Ring = old;
        }

        Assert.That((await ImportAsync("users", "username,cards,pin\nanna,11111111,482915\n")).Summary, Is.EqualTo("added 0, changed 0, unchanged 1, bad 0"));
    }

    [TestCase("username,shoeSize\n", "unknown column 'shoeSize'")]
    [TestCase("displayName\n", "column 'username' is missing")]
    [TestCase("username,pin,PIN\n", "column 'pin' is there twice")]
    [TestCase("", "no header")]
    [TestCase("\"username\n", "header can't be read")]
    public void File_is_refused_with_the_column_when_the_header_is_wrong(string file, string message) =>
        Assert.That(async () => await RunAsync("users", Encoding.UTF8.GetBytes(file)), Throws.TypeOf<UsageException>().With.Message.Contains(message));

    [Test]
    public async Task File_may_begin_with_a_byte_order_mark()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"username,organisation\r\nanna,{Organisation}\r\n")];
        Assert.That((await RunAsync("users", bytes)).Summary, Is.EqualTo("added 1, changed 0, unchanged 0, bad 0"));
    }

    [Test]
    public async Task Organisation_that_does_not_exist_makes_a_bad_line() =>
        Assert.That((await RunAsync("users", "username,organisation\nanna,nowhere\n"u8.ToArray())).Bad, Is.EqualTo(["line 2: organisation: there is none named 'nowhere'"]));

    [Test]
    public async Task Cards_are_added_to_people_who_exist()
    {
        await ImportAsync("users", "username,cards\nanna,11111111\nben,\n");
        var (summary, bad) = await ImportAsync("cards", "username,card\nanna,22222222\nanna,11:11:11:11\nben,22222222\nnobody,33333333\nben,\n");
        Assert.That(summary, Is.EqualTo("added 1, changed 0, unchanged 1, bad 3"));
        Assert.That(bad, Is.EqualTo(["line 4: the card belongs to someone else", "line 5: there is no such user", "line 6: the card is no card number"]));
        Assert.That((await PersonAsync("anna")).Cards, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Secrets_stand_nowhere_in_plain()
    {
        await ImportAsync("users", "username,cards,pin\nanna,11112222,482915\n");
        var log = await Get<AuditLog>().ListAsync(OrgId, new AuditQuestion(), null, 10, default);
        Assert.That(log.Single(), Has.Property("Action").EqualTo("person.add").And.Property("Actor").EqualTo("test"));
        Assert.That(log.Single().ToString(), Does.Not.Contain("anna").And.Not.Contain("482915"));
        Assert.That((await PersonAsync("anna")).Cards.Single().Suffix, Is.EqualTo("22"));
    }

    [Test]
    public async Task Removed_person_leaves_cards_and_pin_free()
    {
        await ImportAsync("users", "username,cards,pin\nanna,11111111,482915\n");
        Assert.That(await Get<PersonUpsert>().RemoveAsync("Anna", Context, default), Is.True);
        Assert.That(await Get<PersonUpsert>().RemoveAsync("Anna", Context, default), Is.False);
        Assert.That((await ImportAsync("users", "username,cards,pin\nben,11111111,482915\n")).Summary, Is.EqualTo("added 1, changed 0, unchanged 0, bad 0"));
    }

    [Test]
    public async Task Import_never_breaks_on_noise_and_adds_up()
    {
        var cell = Gen.Elements("", "a", "b", "482915", "1", ";", "x;y", "\"", "\"a\nb\"", "true", "copy", "\uFFFD", "\0", new string('z', 9000), "\ud800");
        var files = cell.ArrayOf(4).Select(cells => string.Join(',', cells)).ArrayOf(8).Select(lines => "username,cards,pin,functions\n" + string.Join('\n', lines));
        foreach (var file in files.Sample(60))
        {
            var (summary, bad) = await RunAsync("users", Encoding.UTF8.GetBytes(file), dryRun: file.Length % 2 == 0);
            Assert.That(summary, Does.EndWith($"bad {bad.Length}"));
            Assert.That(bad, Is.All.Match("^line [0-9]+: "));
        }
    }

    [Test]
    public async Task Large_file_is_imported_in_batches()
    {
        const int count = 3000;
        var text = new StringBuilder("username,displayName,groups,cards\n");
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"user{i},User Number {i},staff;floor{i % 7},{0x10000000 + i:X8}\n");
        }

        var watch = Stopwatch.StartNew();
        Assert.That((await ImportAsync("users", text.ToString())).Summary, Is.EqualTo($"added {count}, changed 0, unchanged 0, bad 0"));
        TestContext.Out.WriteLine($"{Db}: {count / watch.Elapsed.TotalSeconds:F0} users/s");
    }
}
