using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>People from a real OpenLDAP, in both databases.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ReplicationTests(Db db) : ReplicationFixture(db)
{
    private PrivateSlapd _slapd = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _slapd = await PrivateSlapd.StartAsync(
            PrivateSlapd.Person("anna", "displayName: Anna Ames\nmail: anna@example.org\ndepartmentNumber: Sales\nemployeeNumber: AABB0011")
            + PrivateSlapd.Person("ben", "mail: ben@example.org\nemployeeNumber: AABB0022\nroomNumber: AABB0033")
            + PrivateSlapd.Person("carl") + PrivateSlapd.Person("dora") + PrivateSlapd.Person("emil")
            + PrivateSlapd.Group("sellers", PrivateSlapd.Dn("anna"), PrivateSlapd.Dn("ben"))
            + PrivateSlapd.Group("staff", PrivateSlapd.GroupDn("sellers"), PrivateSlapd.Dn("carl")));
        Directory = OptionsOf(_slapd, _slapd.Url);
    }

    [TearDown]
    public ValueTask StopAsync() => _slapd.DisposeAsync();

    [Test]
    public async Task First_listing_brings_everybody_with_groups_and_cards()
    {
        var (run, _) = await RunAsync();
        Assert.That((run.Outcome, run.Kind, run.Seen, run.Added, run.Problems), Is.EqualTo(("good", "full", 5L, 5L, 0L)), run.Message ?? run.Details);
        var anna = await PersonAsync("anna");
        Assert.That((anna.Row.DisplayName, anna.Row.Email, anna.Row.Department, anna.Row.DirectoryEnabled, anna.Row.Source), Is.EqualTo(("Anna Ames", "anna@example.org", "Sales", true, "directory:corp")));
        Assert.That(GroupsOf(anna), Is.EquivalentTo(["sellers", "staff"]), "nested groups count");
        Assert.That(HasCard(anna, "AABB0011"), Is.True);
        var ben = await PersonAsync("ben");
        Assert.That(ben.Cards, Has.Length.EqualTo(2), "several attributes hold cards");
        Assert.That(GroupsOf(await PersonAsync("carl")), Is.EqualTo(["staff"]));
        Assert.That(GroupsOf(await PersonAsync("dora")), Is.Empty);
    }

    [Test]
    public async Task Memberships_beyond_what_memory_holds_are_asked_of_the_database()
    {
        MembersInMemory = 1;
        Assert.That((await RunAsync()).Run.Outcome, Is.EqualTo("good"));
        await TheyAreAsync(anna: ["sellers", "staff"], carl: ["staff"]);
        await _slapd.SetAsync(PrivateSlapd.GroupDn("staff"), "member", PrivateSlapd.Dn("anna"), PrivateSlapd.Dn("dora"));
        Assert.That((await RunAsync()).Run.Outcome, Is.EqualTo("good"));
        await TheyAreAsync(anna: ["sellers", "staff"], carl: []);
        await _slapd.DeleteAsync(PrivateSlapd.GroupDn("sellers"));
        var (run, _) = await RunAsync(full: true);
        Assert.That((run.Kind, run.Outcome), Is.EqualTo(("full", "good")), run.Message);
        await TheyAreAsync(anna: ["staff"], carl: []);
        (run, _) = await RunAsync(full: true);
        Assert.That((run.Unchanged, run.Changed), Is.EqualTo((5L, 0L)));

        async Task TheyAreAsync(string[] anna, string[] carl)
        {
            Assert.That(GroupsOf(await PersonAsync("anna")), Is.EquivalentTo(anna));
            Assert.That(GroupsOf(await PersonAsync("carl")), Is.EquivalentTo(carl));
        }
    }

    [TestCase("syncrepl")]
    [TestCase("modifyTimestamp")]
    public async Task Changes_renames_moves_and_deletions_are_found(string method)
    {
        Directory = Directory with { Changes = method };
        await RunAsync();
        var ids = new Dictionary<string, long> { ["ben"] = (await PersonAsync("ben")).Row.Id, ["carl"] = (await PersonAsync("carl")).Row.Id };
        await _slapd.SetAsync(PrivateSlapd.Dn("anna"), "mail", "new@example.org");
        await _slapd.MoveAsync(PrivateSlapd.Dn("ben"), "uid=benedict", $"ou=people,{PrivateSlapd.Suffix}");
        await _slapd.ChangeAsync(PrivateSlapd.Person("fred"));
        await _slapd.DeleteAsync(PrivateSlapd.Dn("dora"));
        await _slapd.MoveAsync(PrivateSlapd.Dn("emil"), "uid=emil", $"ou=left,{PrivateSlapd.Suffix}");
        var (run, lines) = await RunAsync();
        Assert.That((run.Kind, run.Outcome, run.Added), Is.EqualTo(("changes", "good", 1L)), run.Message ?? string.Join('\n', lines));
        Assert.That((await PersonAsync("anna")).Row.Email, Is.EqualTo("new@example.org"));
        Assert.That((await PersonAsync("benedict")).Row.Id, Is.EqualTo(ids["ben"]), "a rename keeps the person");
        Assert.That(await FindAsync("ben"), Is.Null);
        if (method == "modifyTimestamp")
        {
            Assert.That((await PersonAsync("dora")).Row.DirectoryEnabled, Is.True, "this way can't see who went");
            (run, _) = await RunAsync(full: true);
        }

        Assert.That(run.Deactivated, Is.EqualTo(2), string.Join('\n', lines));
        Assert.That((await PersonAsync("dora")).Row.DirectoryEnabled, Is.False);
        Assert.That((await PersonAsync("emil")).Row.DirectoryEnabled, Is.False);
        Assert.That((await PersonAsync("carl")).Row.DirectoryEnabled, Is.True);

        await _slapd.MoveAsync(PrivateSlapd.Dn("emil", "left"), "uid=emil", $"ou=people,{PrivateSlapd.Suffix}");
        (run, _) = await RunAsync(full: true);
        Assert.That((run.Reactivated, (await PersonAsync("emil")).Row.DirectoryEnabled), Is.EqualTo((1L, true)), "who comes back is the same person");
        (run, lines) = await RunAsync(full: true);
        Assert.That((run.Changed + run.Added + run.Deactivated + run.Reactivated, run.Unchanged), Is.EqualTo((0L, 5L)), string.Join('\n', lines));
    }

    [Test]
    public async Task Groups_change_without_their_members_entries_changing()
    {
        await RunAsync();
        await _slapd.SetAsync(PrivateSlapd.GroupDn("sellers"), "member", PrivateSlapd.Dn("ben"), PrivateSlapd.Dn("dora"));
        var (run, _) = await RunAsync();
        Assert.That((run.Kind, run.Changed), Is.EqualTo(("changes", 2L)), run.Message);
        Assert.That(GroupsOf(await PersonAsync("anna")), Is.Empty);
        Assert.That(GroupsOf(await PersonAsync("dora")), Is.EquivalentTo(["sellers", "staff"]));
        await _slapd.MoveAsync(PrivateSlapd.GroupDn("staff"), "cn=crew", $"ou=groups,{PrivateSlapd.Suffix}");
        await RunAsync();
        Assert.That(GroupsOf(await PersonAsync("dora")), Is.EquivalentTo(["crew", "sellers"]), "a renamed group reaches nested members");
        await _slapd.DeleteAsync(PrivateSlapd.GroupDn("staff").Replace("staff", "crew", StringComparison.Ordinal));
        await RunAsync();
        Assert.That(GroupsOf(await PersonAsync("ben")), Is.EqualTo(["sellers"]));
        Assert.That(GroupsOf(await PersonAsync("carl")), Is.Empty);
    }

    [Test]
    public async Task Groups_in_a_circle_put_everyone_into_all()
    {
        await _slapd.SetAsync(PrivateSlapd.GroupDn("sellers"), "member", PrivateSlapd.Dn("anna"), PrivateSlapd.GroupDn("staff"), PrivateSlapd.GroupDn("sellers"));
        var (run, _) = await RunAsync();
        Assert.That(run.Outcome, Is.EqualTo("good"), run.Message);
        Assert.That(GroupsOf(await PersonAsync("carl")), Is.EquivalentTo(["sellers", "staff"]));
        await _slapd.SetAsync(PrivateSlapd.GroupDn("staff"), "member", PrivateSlapd.GroupDn("sellers"));
        await RunAsync();
        Assert.That(GroupsOf(await PersonAsync("carl")), Is.Empty);
        Assert.That(GroupsOf(await PersonAsync("anna")), Is.EquivalentTo(["sellers", "staff"]));
    }

    [Test]
    public async Task Member_of_alone_gives_groups_too()
    {
        await using var slapd = await PrivateSlapd.StartAsync("", overlays: "overlay memberof\noverlay syncprov\nsyncprov-sessionlog 100");
        await slapd.ChangeAsync(PrivateSlapd.Person("anna") + PrivateSlapd.Group("sellers", PrivateSlapd.Dn("anna")));
        Directory = OptionsOf(slapd, slapd.Url) with { GroupBaseDn = null };
        await RunAsync();
        Assert.That(GroupsOf(await PersonAsync("anna")), Is.EqualTo(["sellers"]));
    }

    [Test]
    public async Task Dry_run_tells_who_comes_changes_and_goes_and_changes_nobody()
    {
        await RunAsync();
        await _slapd.SetAsync(PrivateSlapd.Dn("anna"), "mail", "new@example.org");
        await _slapd.ChangeAsync(PrivateSlapd.Person("fred"));
        await _slapd.DeleteAsync(PrivateSlapd.Dn("dora"));
        await _slapd.SetAsync(PrivateSlapd.GroupDn("sellers"), "member", PrivateSlapd.Dn("ben"));
        var (run, lines) = await RunAsync(dryRun: true);
        Assert.That(lines, Is.EquivalentTo(["+ fred: new in the directory", "~ anna: email,groups", "- dora: no longer in the directory"]));
        Assert.That((run.Kind, run.Added, run.Changed, run.Deactivated), Is.EqualTo(("dryRun", 1L, 1L, 1L)));
        Assert.That(await FindAsync("fred"), Is.Null);
        Assert.That((await PersonAsync("anna")).Row.Email, Is.EqualTo("anna@example.org"));
        Assert.That(GroupsOf(await PersonAsync("anna")), Is.EquivalentTo(["sellers", "staff"]));
        Assert.That((await PersonAsync("dora")).Row.DirectoryEnabled, Is.True);
        (run, _) = await RunAsync();
        Assert.That((run.Kind, run.Added, run.Changed, run.Deactivated), Is.EqualTo(("changes", 1L, 1L, 1L)), "the dry run did not take the place of the run");
    }

    [Test]
    public async Task Cards_added_by_hand_and_manual_blocks_survive()
    {
        await RunAsync();
        await ImportAsync("cards", "username,card\nanna,11223344\n");
        await ImportAsync("users", "username,enabled,projectRequired\nben,false,true\n");
        await _slapd.SetAsync(PrivateSlapd.Dn("anna"), "employeeNumber", "AABB0099");
        await _slapd.DeleteAsync(PrivateSlapd.Dn("ben"));
        await RunAsync();
        var anna = await PersonAsync("anna");
        Assert.That((HasCard(anna, "11223344"), HasCard(anna, "AABB0099"), HasCard(anna, "AABB0011")), Is.EqualTo((true, true, false)));
        Assert.That((await PersonAsync("ben")).Row, Has.Property("Enabled").False.And.Property("DirectoryEnabled").False);
        await RunAsync(full: true);
        var (run, _) = await RunAsync(full: true);
        Assert.That(run.Changed, Is.Zero);
        Assert.That((await PersonAsync("ben")).Row, Has.Property("Enabled").False.And.Property("ProjectRequired").True);
    }

    [Test]
    public async Task Who_is_switched_off_can_log_in_by_no_way()
    {
        Directory = Directory with { Map = Directory.Map with { Principal = AttributeText.Parse("{uid}@EXAMPLE.ORG") } };
        await RunAsync();
        var questions = new[] { Question([.. Ring.Candidates(HashKinds.Card, OrgId, "AABB0011")]), Question([]) with { Principal = "anna@EXAMPLE.ORG" } };
        var lookup = DataServices.Lookup(Database);
        foreach (var question in questions)
        {
            Assert.That((await lookup.AskAsync(question, default)).Person, Has.Property("Enabled").True);
        }

        await _slapd.DeleteAsync(PrivateSlapd.Dn("anna"));
        await RunAsync();
        foreach (var question in questions)
        {
            Assert.That((await lookup.AskAsync(question, default)).Person, Has.Property("Enabled").False);
        }

        LoginQuestion Question(System.Collections.Immutable.ImmutableArray<KeyedHash> cards) => new(OrgId, "t", 0, null, cards, []);
    }

    [Test]
    public async Task Local_change_of_what_the_directory_owns_is_set_right_by_the_next_listing()
    {
        await RunAsync();
        await ImportAsync("users", "username,email,costCentre\nanna,other@example.org,4711\n");
        var (run, _) = await RunAsync(full: true);
        Assert.That(run.Changed, Is.EqualTo(1));
        Assert.That((await PersonAsync("anna")).Row, Has.Property("Email").EqualTo("anna@example.org").And.Property("CostCentre").EqualTo("4711"), "what is not mapped stays");
    }

    [Test]
    public async Task Person_at_hand_is_adopted_or_left_alone()
    {
        await ImportAsync("users", "username,pin,cards\nAnna,482915,55667788\n");
        var id = (await PersonAsync("anna")).Row.Id;
        Directory = Directory with { Adopt = false };
        var (run, _) = await RunAsync();
        Assert.That((run.Added, run.Problems), Is.EqualTo((4L, 1L)));
        Assert.That(run.Details, Does.Contain("Adopt is off").And.Not.Contain("anna"), "records hold no names");
        Directory = Directory with { Adopt = true };
        (_, var lines) = await RunAsync(full: true);
        Assert.That(lines, Is.EqualTo(["~ anna: was at hand, is the directory's now"]));
        var anna = await PersonAsync("anna");
        Assert.That((anna.Row.Id, anna.Pin is not null, anna.Cards.Length), Is.EqualTo((id, true, 2)));
    }

    [Test]
    public async Task Two_people_with_one_card_keep_it_where_it_was()
    {
        await RunAsync();
        await _slapd.SetAsync(PrivateSlapd.Dn("carl"), "employeeNumber", "aa:bb:00:11");
        var (run, lines) = await RunAsync();
        Assert.That(run.Problems, Is.EqualTo(1), string.Join('\n', lines));
        Assert.That(run.Details, Does.Contain("a card belongs to someone else").And.Not.Contain("0011"), "records hold no card numbers");
        Assert.That((HasCard(await PersonAsync("anna"), "AABB0011"), HasCard(await PersonAsync("carl"), "AABB0011")), Is.EqualTo((true, false)));
        await _slapd.SetAsync(PrivateSlapd.Dn("anna"), "employeeNumber");
        (run, _) = await RunAsync(full: true);
        Assert.That((HasCard(await PersonAsync("anna"), "AABB0011"), HasCard(await PersonAsync("carl"), "AABB0011")), Is.EqualTo((false, true)), "a card that moves comes over in one run");
        Assert.That(run.Problems, Is.Zero);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Same_name_and_card_in_other_batches_are_told_and_given_to_one(bool dryRun)
    {
        // More than two batches of either database; the later entries want what the first have.
        const int many = 4_300;
        await _slapd.AddAsync(string.Concat(Enumerable.Range(0, many).Select(i => PrivateSlapd.Person($"x{i:D4}", $"employeeNumber: CARDX{i % (many - 2):D5}\ntitle: t{i % (many - 3):D5}"))));
        Directory = Directory with { PageSize = 1000, Filter = LdapFilter.Parse("(title=*)"), Map = Directory.Map with { UserName = AttributeText.Parse("title") } };
        var (run, lines) = await RunAsync(dryRun: dryRun);
        Assert.That((run.Outcome, run.Seen, run.Added), Is.EqualTo(("good", (long)many, many - 3L)), run.Message ?? run.Details);
        Assert.That(lines.Count(l => l.EndsWith("its user name belongs to someone else", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(lines.Count(l => l.EndsWith("a card belongs to someone else", StringComparison.Ordinal)), Is.Zero, "who has the name has the card: the first of each");
        if (!dryRun)
        {
            Assert.That((await People.FindWholeAsync(OrgId, "t00000", default))!.Cards, Has.Length.EqualTo(1));
            (run, lines) = await RunAsync(full: true);
            Assert.That((run.Added + run.Changed, run.Problems), Is.EqualTo((0L, 3L)), string.Join('\n', lines.Take(5)));
        }
    }

    [Test]
    public async Task User_names_change_places_and_are_taken_over_from_who_went()
    {
        await RunAsync();
        var (anna, ben, dora) = ((await PersonAsync("anna")).Row.Id, (await PersonAsync("ben")).Row.Id, (await PersonAsync("dora")).Row.Id);
        await _slapd.MoveAsync(PrivateSlapd.Dn("anna"), "uid=x", $"ou=people,{PrivateSlapd.Suffix}");
        await _slapd.MoveAsync(PrivateSlapd.Dn("ben"), "uid=anna", $"ou=people,{PrivateSlapd.Suffix}");
        await _slapd.MoveAsync(PrivateSlapd.Dn("x"), "uid=ben", $"ou=people,{PrivateSlapd.Suffix}");
        await _slapd.DeleteAsync(PrivateSlapd.Dn("dora"));
        await _slapd.ChangeAsync(PrivateSlapd.Person("dora", "mail: second@example.org"));
        var (run, lines) = await RunAsync(full: true);
        Assert.That((run.Outcome, run.Problems), Is.EqualTo(("good", 0L)), string.Join('\n', lines));
        Assert.That(((await PersonAsync("ben")).Row.Id, (await PersonAsync("anna")).Row.Id), Is.EqualTo((anna, ben)));
        var second = await PersonAsync("dora");
        Assert.That((second.Row.Id == dora, second.Row.Email), Is.EqualTo((false, "second@example.org")), "another entry is another person");
        Assert.That((await People.GetAsync(dora, default))!.DirectoryEnabled, Is.False);
        (run, _) = await RunAsync(full: true);
        Assert.That(run.Changed + run.Added + run.Problems, Is.Zero);
    }

    [Test]
    public async Task Too_many_gone_removes_nobody_until_it_is_allowed()
    {
        Directory = Directory with { Removal = new RemovalLimits { Percent = 10 } };
        await RunAsync();
        await _slapd.DeleteAsync(PrivateSlapd.Dn("dora"));
        await _slapd.SetAsync(PrivateSlapd.Dn("anna"), "mail", "new@example.org");
        var (run, _) = await RunAsync();
        Assert.That((run.Outcome, run.Deactivated, run.Changed), Is.EqualTo(("refused", 0L, 1L)));
        Assert.That(run.Message, Is.EqualTo("1 of 5 people (20 %) would be deactivated, more than MaxRemovePercent 10 or MaxRemoveCount 500 allow: look at a dry run, then repeat with --allow-removal; nobody was deactivated"));
        Assert.That(Told.Topics, Does.Contain("alert"));
        (run, var lines) = await RunAsync(dryRun: true);
        Assert.That(lines, Is.EqualTo(["- dora: no longer in the directory"]));
        (run, _) = await RunAsync(full: true, allow: true);
        Assert.That((run.Outcome, run.Deactivated), Is.EqualTo(("good", 1L)));
    }

    [Test]
    public async Task Empty_answer_removes_nobody_whatever_is_allowed()
    {
        await RunAsync();
        Directory = Directory with { Filter = LdapFilter.Parse("(uid=nobody)") };
        var (run, _) = await RunAsync(full: true, allow: true);
        Assert.That((run.Outcome, run.Deactivated), Is.EqualTo(("refused", 0L)));
        Assert.That(run.Message, Does.StartWith("the directory shows nobody at all"));
        Assert.That((await PersonAsync("anna")).Row.DirectoryEnabled, Is.True);
    }

    [Test]
    public async Task Entries_without_a_user_name_stay_as_they_were()
    {
        await RunAsync();
        Directory = Directory with { Map = Directory.Map with { UserName = AttributeText.Parse("title") } };
        var (run, _) = await RunAsync(full: true);
        Assert.That((run.Outcome, run.Deactivated, run.Problems), Is.EqualTo(("good", 0L, 5L)));
        Assert.That(run.Details, Does.Contain("it has no user name").And.Not.Contain("anna"));
    }

    [Test]
    public async Task Gone_people_are_erased_after_their_time_and_only_then()
    {
        await RunAsync();
        await _slapd.DeleteAsync(PrivateSlapd.Dn("dora"));
        await RunAsync();
        Time.Move(TimeSpan.FromDays(89));
        Assert.That((await RunAsync(full: true)).Run.Purged, Is.Zero);
        Time.Move(TimeSpan.FromDays(2));
        Assert.That((await RunAsync(full: true)).Run.Purged, Is.EqualTo(1));
        Assert.That(await FindAsync("dora"), Is.Null);
    }

    [Test]
    public async Task Only_one_run_at_a_time_and_records_stay()
    {
        var row = await Rows.EnsureAsync(OrgId, "corp", default);
        Assert.That(await Rows.TakeAsync(row.Id, "one", RunState.Lease, default), Is.Not.Null);
        Assert.That(await Rows.TakeAsync(row.Id, "two", RunState.Lease, default), Is.Null);
        Assert.That(await Rows.TakeAsync(row.Id, "two", TimeSpan.Zero, default), Is.Null);
        row = await Rows.EnsureAsync(OrgId, "other", default);
        Directory = Directory with { Name = "other" };
        await RunAsync();
        Directory = Directory with { Password = "wrong" };
        var (run, _) = await RunAsync();
        Assert.That((run.Outcome, run.Cause), Is.EqualTo(("failed", (long)LdapCause.BindRefused)));
        var records = await Rows.RunsAsync(row.Id, null, 10, default);
        Assert.That(records.Select(r => r.Outcome), Is.EqualTo(["failed", "good"]));
        Assert.That(records[0].NextDue - records[0].EndedAt, Is.EqualTo(TimeSpan.FromMinutes(1)).Within(TimeSpan.FromSeconds(1)), "a failure is tried again soon");
        Assert.That(records[1].NextDue - records[1].EndedAt, Is.EqualTo(TimeSpan.FromMinutes(15)).Within(TimeSpan.FromSeconds(1)));
    }
}
