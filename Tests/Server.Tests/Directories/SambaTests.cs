using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Ldap.Transport;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Tests.Data;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Directories;

/// <summary>People from a real Active Directory domain (Samba).</summary>
internal sealed class SambaTests() : ReplicationFixture(Db.Sqlite)
{
    private PrivateSamba _samba = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _samba = await PrivateSamba.StartAsync();

    [OneTimeTearDown]
    public ValueTask StopAsync() => _samba?.DisposeAsync() ?? ValueTask.CompletedTask;

    [TestCase("usn", "u")]
    [TestCase("dirSync", "d")]
    public async Task People_come_change_move_and_go(string method, string p)
    {
        string ou = $"OU={method},{PrivateSamba.Suffix}", left = $"OU=left{p},{PrivateSamba.Suffix}";
        await _samba.ChangeAsync(
            $"dn: {ou}\nchangetype: add\nobjectClass: organizationalUnit\n\ndn: {left}\nchangetype: add\nobjectClass: organizationalUnit\n\n"
            + PrivateSamba.User(p + "anna", "displayName: Anna Ames\nmail: anna@example.org\ndepartment: Sales\npager: AABB0011" + p, ou)
            + PrivateSamba.User(p + "ben", parent: ou) + PrivateSamba.User(p + "carl", parent: ou, control: 514) + PrivateSamba.User(p + "dora", parent: ou) + PrivateSamba.User(p + "emil", parent: ou)
            + $"dn: CN={p}sellers,{ou}\nchangetype: add\nobjectClass: group\nsAMAccountName: {p}sellers\nmember: CN={p}anna,{ou}\n\n"
            + $"dn: CN={p}staff,{ou}\nchangetype: add\nobjectClass: group\nsAMAccountName: {p}staff\nmember: CN={p}sellers,{ou}\nmember: CN={p}ben,{ou}\n\n");
        Directory = OptionsFor(ou) with { Changes = method };
        var (run, lines) = await RunAsync();
        Assert.That((run.Outcome, run.Kind, run.Added), Is.EqualTo(("good", "full", 5L)), run.Message + string.Join('\n', lines));
        var anna = await PersonAsync(p + "anna");
        Assert.That((anna.Row.DisplayName, anna.Row.Email, anna.Row.Department, anna.Row.Principal), Is.EqualTo(("Anna Ames", "anna@example.org", "Sales", p + "anna@AD.EXAMPLE")));
        Assert.That(GroupsOf(anna), Is.EquivalentTo([p + "sellers", p + "staff"]));
        Assert.That(anna.Cards, Has.Length.EqualTo(1));
        Assert.That((await PersonAsync(p + "carl")).Row.DirectoryEnabled, Is.False, "a disabled account comes disabled");
        var ben = (await PersonAsync(p + "ben")).Row.Id;

        await _samba.ChangeAsync($"dn: CN={p}ben,{ou}\nchangetype: modify\nreplace: sAMAccountName\nsAMAccountName: {p}benedict\n\ndn: CN={p}ben,{ou}\nchangetype: modrdn\nnewrdn: CN={p}benedict\ndeleteoldrdn: 1\n\n"
            + $"dn: CN={p}dora,{ou}\nchangetype: delete\n\ndn: CN={p}emil,{ou}\nchangetype: modrdn\nnewrdn: CN={p}emil\ndeleteoldrdn: 1\nnewsuperior: {left}\n");
        await _samba.SetAsync($"CN={p}anna,{ou}", "userAccountControl", "514");
        await _samba.SetAsync($"CN={p}sellers,{ou}", "member");
        (run, lines) = await RunAsync();
        Assert.That((run.Kind, run.Outcome, run.Deactivated), Is.EqualTo(("changes", "good", 2L)), run.Message + string.Join('\n', lines));
        Assert.That((await PositionsAsync()).Select(at => at.Method), Is.EqualTo(new[] { method, method }), "by the way that was asked for, people and groups");
        var benedict = await PersonAsync(p + "benedict");
        Assert.That(benedict.Row.Id, Is.EqualTo(ben));
        Assert.That(GroupsOf(benedict), Is.EqualTo([p + "staff"]), "the group follows a rename by itself");
        Assert.That((await PersonAsync(p + "dora")).Row.DirectoryEnabled, Is.False);
        Assert.That((await PersonAsync(p + "emil")).Row.DirectoryEnabled, Is.False, "who leaves the base is gone");
        Assert.That((await PersonAsync(p + "anna")).Row.DirectoryEnabled, Is.False);
        Assert.That(GroupsOf(await PersonAsync(p + "anna")), Is.Empty);

        var before = await PositionsAsync();
        (run, lines) = await RunAsync();
        Assert.That((run.Kind, run.Added + run.Changed + run.Deactivated), Is.EqualTo(("changes", 0L)), string.Join('\n', lines));
        await _samba.SetAsync($"CN={p}carl,{ou}", "displayName", "Carl Coe");
        (run, lines) = await RunAsync();
        Assert.That((run.Kind, run.Changed, run.Seen < 5), Is.EqualTo(("changes", 1L, true)), "one changed; not everybody is read: " + string.Join('\n', lines));
        Assert.That((await PositionsAsync())[1].Value, Is.Not.EqualTo(before[1].Value), "and the server said from where to go on");
        (run, lines) = await RunAsync(full: true);
        Assert.That(run.Added + run.Changed + run.Deactivated, Is.Zero, "a listing finds what the changes told: " + string.Join('\n', lines));
    }

    [Test]
    public async Task Primary_group_and_user_principal_name_come_too()
    {
        var ou = $"OU=primary,{PrivateSamba.Suffix}";
        await _samba.ChangeAsync(
            $"dn: {ou}\nchangetype: add\nobjectClass: organizationalUnit\n\n" + PrivateSamba.User("pia", parent: ou)
            + $"dn: CN=crew,{ou}\nchangetype: add\nobjectClass: group\nsAMAccountName: crew\nmember: CN=pia,{ou}\n\n");
        await _samba.SetAsync($"CN=pia,{ou}", "userPrincipalName", "Pia.Poe@mail.example");
        Directory = OptionsFor(ou) with { Name = "primary", Changes = "usn", GroupBaseDn = PrivateSamba.Suffix };
        var (run, lines) = await RunAsync();
        Assert.That(run.Outcome, Is.EqualTo("good"), run.Message + string.Join('\n', lines));
        Assert.That(GroupsOf(await PersonAsync("pia")), Is.EquivalentTo(["crew", "Domain Users", "Users"]), "the primary group and what it is inside of");
        var lookup = DataServices.Lookup(Database);
        foreach (var (principal, found) in new[] { ("pia@AD.EXAMPLE", true), ("Pia.Poe\\@mail.example@AD.EXAMPLE", true), ("Pia.Poe@mail.example", false), ("pia@OTHER", false) })
        {
            var answer = await lookup.AskAsync(new LoginQuestion(OrgId, "t", 0, null, [], []) { Principal = principal }, default);
            Assert.That(answer.Person is not null, Is.EqualTo(found), principal);
        }

        // The primary group is an attribute of the person: another one is a change of the person alone.
        await using (var connection = await OpenAsync("Administrator", PrivateSamba.Password))
        {
            var crew = await BaseEntry.ReadAsync(connection, $"CN=crew,{ou}", ["objectSid"], default);
            await _samba.SetAsync($"CN=pia,{ou}", "primaryGroupID", BitConverter.ToUInt32(SecurityId.Of(crew!)!.AsSpan()[^4..]).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        (run, lines) = await RunAsync();
        Assert.That((run.Kind, run.Changed), Is.EqualTo(("changes", 1L)), string.Join('\n', lines));
        Assert.That(GroupsOf(await PersonAsync("pia")), Does.Contain("crew"));
        await _samba.ChangeAsync($"dn: CN=crew,{ou}\nchangetype: modrdn\nnewrdn: CN=squad\ndeleteoldrdn: 1\n");
        (run, lines) = await RunAsync();
        Assert.That(GroupsOf(await PersonAsync("pia")), Does.Contain("squad").And.Not.Contain("crew"), "a primary group that is renamed reaches its members: " + string.Join('\n', lines));
    }

    [Test]
    public async Task Position_of_another_or_restored_server_means_reading_everything()
    {
        Directory = OptionsFor(PrivateSamba.Users) with { Changes = "usn" };
        Assert.That((await RunAsync()).Run.Outcome, Is.EqualTo("good"));
        var row = await Rows.EnsureAsync(OrgId, "corp", default);
        await Database.WriteAsync((c, ct) => Rows.SetPositionAsync(c, row.Id, "people", "usn", "12:00112233"u8.ToArray(), _samba.Url, ct).ContinueWith(_ => true, TaskScheduler.Default), default);
        var (run, _) = await RunAsync();
        Assert.That((run.Outcome, run.Kind), Is.EqualTo(("good", "full")));
    }

    [TestCase("disabled", "the reading account is disabled: enable it in the directory")]
    [TestCase("expired", "the reading account has expired: prolong it in the directory")]
    [TestCase("mustchange", "the reading account must change its password at the next logon: clear that in the directory")]
    [TestCase("locked", "the reading account is locked: unlock it in the directory, and see who else uses its old password")]
    public async Task Reading_account_that_may_not(string state, string text)
    {
        var name = "reader" + state;
        await _samba.ChangeAsync(PrivateSamba.User(name, state == "expired" ? "accountExpires: 128271382742968750" : "", control: state == "disabled" ? 514 : 512));
        if (state == "mustchange")
        {
            await _samba.SetAsync(PrivateSamba.Dn(name), "pwdLastSet", "0");
        }

        for (var i = 0; state == "locked" && i < 3; i++)
        {
            await Assert.ThatAsync(() => OpenAsync(name, "wrong"), Throws.TypeOf<LdapException>());
        }

        var failure = (await Assert.ThrowsAsync<LdapException>(async () => await OpenAsync(name, PrivateSamba.Password)))!;
        Assert.That(failure.Message, Is.EqualTo($"{_samba.Url}: {text}"));
        Assert.That(failure.Cause, Is.EqualTo(LdapCause.BindAccount));
    }

    [Test]
    public async Task Ranges_of_a_group_are_put_together()
    {
        await using var connection = await OpenAsync("Administrator", PrivateSamba.Password);
        var members = new List<string>();
        await foreach (var member in RangedValues.ReadAsync(connection, $"CN=Administrators,CN=Builtin,{PrivateSamba.Suffix}", "member", [], default))
        {
            members.Add(member);
        }

        Assert.That(members, Does.Contain(PrivateSamba.Admin));
    }

    /// <summary>How far groups and people have been read.</summary>
    private async Task<IReadOnlyList<PositionRow>> PositionsAsync() => [.. (await Rows.PositionsAsync((await Rows.EnsureAsync(OrgId, "corp", default)).Id, default)).OrderBy(at => at.Part)];

    private Task<LdapConnection> OpenAsync(string name, string password) =>
        LdapConnection.OpenAsync(LdapServer.Parse(_samba.Url)!, Settings, new LdapCredential.Simple(PrivateSamba.Dn(name), password), default);

    private LdapSettings Settings => new() { TrustedCas = _samba.Certificates.Trust };

    private DirectoryOptions OptionsFor(string baseDn) => new()
    {
        Name = "corp", Servers = [LdapServer.Parse(_samba.Url)!], BaseDn = baseDn, GroupBaseDn = baseDn, BindDn = PrivateSamba.Admin, Password = PrivateSamba.Password,
        Connection = Settings, Map = new MapOptions { Cards = ["pager"] }, Removal = new RemovalLimits { Percent = 60 }, PageSize = 3,
    };
}
