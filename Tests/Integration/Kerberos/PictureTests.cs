using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Kerberos;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>
/// The whole picture step by step: a person comes from the directory over LDAPS, puts a smart card into the terminal, the server gets the ticket from the KDC with the card's
/// signature over the terminal's TLS connection, finds the person's record, the panel is unlocked, copies are made, the record is written.
/// </summary>
internal sealed class PictureTests
{
    [Test]
    public async Task Person_of_the_directory_copies_with_a_smart_card()
    {
        var kdc = await SharedKerberos.KdcAsync();
        await using var slapd = await PrivateSlapd.StartAsync(
            PrivateSlapd.Person("alice", "displayName: Alice Ames\ndepartmentNumber: Sales") + PrivateSlapd.Person("zoe") + PrivateSlapd.Group("sellers", $"uid=alice,ou=people,{PrivateSlapd.Suffix}"));
        string[] directory =
        [
            $"--Directories:corp:Servers=ldaps://localhost:{slapd.TlsPort}", $"--Directories:corp:CaFile={slapd.CaFile}", $"--Directories:corp:BindDn={PrivateSlapd.Reader}",
            $"--Directories:corp:Password={PrivateSlapd.Password}", $"--Directories:corp:BaseDn=ou=people,{PrivateSlapd.Suffix}", $"--Directories:corp:GroupBaseDn=ou=groups,{PrivateSlapd.Suffix}",
            $"--Directories:corp:Map:Principal={{uid}}@{PrivateKdc.Realm}",
        ];
        await using var site = await LiveSite.StartAsync(
            Db.Sqlite, [$"--Kerberos:Realm={PrivateKdc.Realm}", $"--Kerberos:KeytabFile={kdc.Keytab}", $"--Kerberos:Kdcs:{PrivateKdc.Realm}=127.0.0.1:{kdc.Port}",
                $"--Kerberos:SmartCard:AnchorFile={Path.Combine(kdc.Directory, "ca.pem")}", "--Terminals:LoginMethods=card;smartcard", "--Rights:DefaultFunctions=scan", "--Rights:Groups:sellers=copy", .. directory]);

        // 1. The person comes from the directory, over LDAPS, with name, department, group and principal.
        Assert.That(await site.GoodAsync(["directory", "replicate", "corp", .. directory]), Does.EndWith("seen 2, added 2, changed 0, unchanged 0, deactivated 0, reactivated 0, purged 0, problems 0\n"));

        // 2. The card is put into the reference terminal, which asks for its PIN.
        using var key = RSA.Create(2048);
        using var certificate = kdc.Pki.IssueCard(key, PrivateKdc.Realm, "alice");
        using var card = await SoftHsmCard.InsertAsync(key, certificate);
        await using var terminal = await TerminalProgram.StartAsync(site, "hall panel", SoftHsmCard.Module, card.Environment);
        var before = kdc.Log.Length;
        await terminal.CommandAsync("smartcard");
        await terminal.HearAsync("event", "cardPin");

        // 3. The server gets ticket-granting ticket and the ticket of its own service, with the card's signature.
        await terminal.CommandAsync("pin " + SoftHsmCard.Pin);
        var login = await terminal.HearAsync("event", "login");
        Assert.That(kdc.Log[before..], Does.Match("AS_REQ .*ISSUE.* alice@ACME.TEST for krbtgt/ACME.TEST@ACME.TEST").And.Match("TGS_REQ .*ISSUE.* alice@ACME.TEST for HTTP/copytrack.acme.test@ACME.TEST"));

        // 4. The record is found and 5. the panel unlocked, for what the person's group may.
        Assert.That(login["user"]!.GetValue<string>(), Is.EqualTo("alice"));
        await terminal.HearAsync("event", "unlocked");
        var session = login["session"]!.GetValue<string>();

        // 6. Copies are made, the card is taken along, 7. the record is written.
        await site.CopyAsync(5);
        await terminal.CommandAsync("smartcard-out");
        Assert.That((await terminal.HearAsync("event", "locked"))["reason"]!.GetValue<string>(), Is.EqualTo("logout"));
        await site.UntilAsync($"select count(*) from session s join person p on p.id = s.person_id where s.id = {session} and p.user_folded = 'alice' and s.method = 'smartcard' and s.state = 4", 1);
        var report = JsonNode.Parse(await site.GoodAsync("report", "users", "--format", "json"))!;
        var row = report["rows"]!.AsArray().Single(r => r!["key"]?.GetValue<string>() == "alice")!;
        Assert.That(row["impressions"]!.GetValue<int>(), Is.EqualTo(5), report.ToJsonString());
        Assert.That(row["name"]!.GetValue<string>(), Is.EqualTo("Alice Ames"));
        Assert.That(JsonNode.Parse(await site.GoodAsync("audit", "--full", "--format", "json"))!["ok"]!.GetValue<bool>(), Is.True);
        Assert.That(terminal.Everything + site.Log + kdc.Log, Does.Not.Contain(SoftHsmCard.Pin));
    }
}
