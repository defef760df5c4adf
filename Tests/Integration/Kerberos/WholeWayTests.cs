using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Kerberos;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>
/// Everything that a company sets up, once from end to end and with real peers: OpenLDAP, a MIT KDC, a smart card behind PKCS#11, the server, the terminal's program and a copier.
/// </summary>
[Parallelizable] // Every peer is its own, and it waits most of the time.
public sealed class WholeWayTests
{
    [Test]
    public async Task Person_of_the_directory_puts_a_smart_card_in_and_the_copies_stand_in_the_reports()
    {
        await using var slapd = await PrivateSlapd.StartAsync(
            PrivateSlapd.Person("alice", "displayName: Alice Ames\nmail: alice@example.org\ndepartmentNumber: Sales") + PrivateSlapd.Group("sellers", PrivateSlapd.Dn("alice")));
        await using var kdc = await PrivateKdc.StartAsync();
        await using var site = await LiveSite.StartAsync(
            Db.PostgreSql, $"--Kerberos:Realm={PrivateKdc.Realm}", $"--Kerberos:KeytabFile={kdc.Keytab}", $"--Kerberos:Kdcs:{PrivateKdc.Realm}=127.0.0.1:{kdc.Port}",
            $"--Kerberos:SmartCard:AnchorFile={Path.Combine(kdc.Directory, "ca.pem")}", "--Terminals:LoginMethods=card;smartcard",
            $"--Directories:corp:Servers={slapd.Url}", $"--Directories:corp:CaFile={slapd.CaFile}", $"--Directories:corp:BindDn={PrivateSlapd.Reader}",
            $"--Directories:corp:BaseDn=ou=people,{PrivateSlapd.Suffix}", $"--Directories:corp:GroupBaseDn=ou=groups,{PrivateSlapd.Suffix}",
            $"--Directories:corp:Map:Principal={{uid}}@{PrivateKdc.Realm}");

        // The reading account's password is asked for once and kept sealed; then the person comes over LDAPS.
        var (status, _, error) = await site.RunAsync("directory", "replicate", "corp");
        Assert.That((status, error), Is.EqualTo((3, $"directory corp: the password of the reading account is not known: run copytrack directory password corp, or set PasswordFile; nobody was deactivated{Environment.NewLine}")));
        (status, var output, error) = await site.RunAsync(PrivateSlapd.Password, ["directory", "password", "corp"]);
        Assert.That((status, output, error), Is.EqualTo((0, "", $"directory corp: the password is kept, sealed by the secrets folder{Environment.NewLine}")));
        Assert.That(await site.GoodAsync("directory", "replicate", "corp"), Does.StartWith("seen 1, added 1,"));
        Assert.That(await site.ScalarAsync("select count(*) from directory where position(convert_to('secret', 'UTF8') in password_sealed) > 0"), Is.Zero);

        // The card signs over the terminal's connection, and the KDC gives the server a ticket for its holder.
        using var key = RSA.Create(2048);
        using var certificate = kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        using var card = await SoftHsmCard.InsertAsync(key, certificate);
        await using var terminal = await TerminalProgram.StartAsync(site, "whole", SoftHsmCard.Module, card.Environment);
        await terminal.CommandAsync("smartcard");
        await terminal.HearAsync("event", "cardPin");
        await terminal.CommandAsync("pin " + SoftHsmCard.Pin);
        var login = await terminal.HearAsync("event", "login");
        Assert.That(login["user"]!.GetValue<string>(), Is.EqualTo("alice"));
        Assert.That(kdc.Log, Does.Contain($"alice@{PrivateKdc.Realm} for krbtgt/{PrivateKdc.Realm}@{PrivateKdc.Realm}"));
        await terminal.HearAsync("event", "unlocked");

        // Copies, and the record.
        var session = login["session"]!.GetValue<string>();
        await site.CopyAsync(3);
        await terminal.CommandAsync("smartcard-out");
        await terminal.HearAsync("event", "locked");
        await site.UntilAsync($"select count(*) from session where id = {session} and method = 'smartcard' and state = 4", 1);
        var users = JsonNode.Parse(await site.GoodAsync("report", "users", "--format", "json"))!["rows"]!.AsArray();
        Assert.That(users.Select(r => r!["key"]!.GetValue<string>()), Is.EqualTo(["alice"]), users.ToJsonString());
        Assert.That((users[0]!["name"]!.GetValue<string>(), users[0]!["impressions"]!.GetValue<int>()), Is.EqualTo(("Alice Ames", 3)), users.ToJsonString());
        var departments = JsonNode.Parse(await site.GoodAsync("report", "departments", "--format", "json"))!["rows"]!.AsArray();
        Assert.That((departments[0]!["key"]!.GetValue<string>(), departments[0]!["impressions"]!.GetValue<int>()), Is.EqualTo(("Sales", 3)), departments.ToJsonString());
        var coverage = JsonNode.Parse(await site.GoodAsync("report", "coverage", "--format", "json"))!["rows"]!.AsArray();
        Assert.That(Figures(coverage[0]!), Is.EqualTo((3, 3, 0)), coverage.ToJsonString());
        await site.GoodAsync("audit");
        Assert.That(terminal.Everything + site.Log, Does.Not.Contain(SoftHsmCard.Pin));
    }

    private static (int Metered, int Attributed, int Unexplained) Figures(JsonNode row) =>
        (row["metered"]!.GetValue<int>(), row["attributed"]!.GetValue<int>(), row["unexplained"]!.GetValue<int>());
}
