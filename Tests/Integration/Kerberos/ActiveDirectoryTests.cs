using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Kerberos;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>A terminal, a real server and an Active Directory (Samba): however a person names themselves, by account name, user principal name or card, it is one person.</summary>
public sealed class ActiveDirectoryTests
{
    private const string Realm = "AD.EXAMPLE";

    private readonly PkinitAuthority cards = new(Realm);
    private PrivateSamba samba = null!;
    private LiveSite site = null!;
    private LiveTerminal terminal = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        samba = await PrivateSamba.StartAsync(cards);
        await samba.ChangeAsync(
            PrivateSamba.User("svc-copytrack", "msDS-SupportedEncryptionTypes: 24\nservicePrincipalName: HTTP/copytrack.ad.example")
            + PrivateSamba.User("Smith").Replace("smith@ad.example", "jo.smith@company.example", StringComparison.OrdinalIgnoreCase) + PrivateSamba.User("off", control: 514));
        await samba.ToolAsync("domain", "exportkeytab", samba.PathOf("service.keytab"), "--principal=HTTP/copytrack.ad.example");
        site = await LiveSite.StartAsync(
            Db.Sqlite, $"--Kerberos:Realm={Realm}", $"--Kerberos:KeytabFile={samba.PathOf("service.keytab")}", $"--Kerberos:Kdcs:{Realm}={samba.Address}",
            $"--Kerberos:SmartCard:AnchorFile={samba.PathOf("cards.pem")}", "--Terminals:LoginMethods=password;smartcard", "--Sessions:HandoverSeconds=0", "--Lockout:TerminalAttempts=100");
        await site.GoodAsync("import", "users", site.Write("ad.csv", $"username,principal\nsmith,Smith@{Realm}\noff,off@{Realm}\n"));
        terminal = await LiveTerminal.ConnectAsync(site, await site.EnrolAsync("panel"), "password", "smartcard");
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        await (terminal?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (site?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (samba?.DisposeAsync() ?? ValueTask.CompletedTask);
        cards.Dispose();
    }

    [TestCase("Smith")]
    [TestCase("SMITH")]
    [TestCase("smith@ad.example")]
    [TestCase("jo.smith@company.example")]
    [TestCase("Jo.Smith@Company.Example")]
    public async Task Every_name_of_a_person_opens_for_that_person(string typed) =>
        await GrantedAsync(await KerberosSite.LoginAsync(terminal, typed, PrivateSamba.Password));

    [TestCase("jo.smith@company.example")]
    [TestCase("smith@ad.example")]
    public async Task Card_with_either_name_opens_for_that_person(string upn)
    {
        using var key = RSA.Create(2048);
        using var card = cards.IssueUpnCard(key, upn);
        var login = terminal.AskAsync("session.login", new JsonObject { ["method"] = "smartcard", ["certificate"] = Convert.ToBase64String(card.RawData) });
        var request = await terminal.HearRequestAsync("card.sign");
        var toBeSigned = Convert.FromBase64String(request["params"]!["toBeSigned"]!.GetValue<string>());
        await terminal.ReplyAsync(request, new JsonObject { ["signature"] = Convert.ToBase64String(key.SignData(toBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) });
        await GrantedAsync(await login);
    }

    [TestCase("smith", "wrong", -32003)]
    [TestCase("nobody@company.example", "wrong", -32003)]
    [TestCase("off", PrivateSamba.Password, -32005)]
    public async Task Refusals_have_their_codes(string typed, string password, int code) =>
        Assert.That((await KerberosSite.LoginAsync(terminal, typed, password))["error"]?["code"]?.GetValue<int>(), Is.EqualTo(code), site.Log);

    private async Task GrantedAsync(JsonNode reply)
    {
        Assert.That(reply["result"]?["user"]?["name"]?.GetValue<string>(), Is.EqualTo("smith"), reply.ToJsonString() + site.Log);
        await terminal.LogoutAsync(reply["result"]!["session"]!.GetValue<string>());
    }
}
