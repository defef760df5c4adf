using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>A card in SoftHSM at the terminal, and a server that wants it to sign something else than a login.</summary>
public sealed class SmartCardLoginTests
{
    private const string ContentType = "06092A864886F70D010903", MessageDigest = "06092A864886F70D010904", AuthData = "06072B060105020301";

    [Test]
    public async Task Card_signs_nothing_but_a_login_of_its_own_terminal()
    {
        using var key = RSA.Create(2048);
        using var authority = new PkinitAuthority("ACME.TEST");
        using var certificate = authority.IssueCard(key, "ACME.TEST", "alice");
        using var card = await SoftHsmCard.InsertAsync(key, certificate);
        using var bench = new TerminalBench();
        bench.Config["smartCards"] = new JsonObject { ["module"] = SoftHsmCard.Module };
        await using var terminal = bench.Start(card.Environment);
        terminal.Secret(SoftHsmCard.Pin);
        using var link = await bench.Server.WelcomeAsync(methods: ["smartcard", "password"]);
        await terminal.EventAsync("connected");
        await terminal.CommandAsync("smartcard");
        var login = await link.ExpectAsync("session.login");
        Assert.That(Convert.FromBase64String(login["params"]!["certificate"]!.GetValue<string>()), Is.EqualTo(certificate.RawData));
        var id = login["id"]!.GetValue<long>();

        var content = Convert.FromHexString("3006A0043002A000");
        var good = Attributes(Attribute(ContentType, AuthData), Attribute(MessageDigest, Octets(SHA256.HashData(content))));
        foreach (var (name, login2, toBeSigned, signed, code) in new[]
        {
            ("another login", id + 1, good, content, -32025),
            ("noise", id, [1, 2, 3], content, -32024),
            ("a bare digest", id, SHA256.HashData(content), content, -32024),
            ("another content", id, good, [.. content[..^1], 1], -32024),
            ("another content type (signed data of a document)", id, Attributes(Attribute(ContentType, "06092A864886F70D010701"), Attribute(MessageDigest, Octets(SHA256.HashData(content)))), content, -32024),
            ("a third attribute", id, Attributes(Attribute(ContentType, AuthData), Attribute(MessageDigest, Octets(SHA256.HashData(content))), Attribute("06092A864886F70D010905", "170D3330303130313030303030305A")), content, -32024),
            ("no digest", id, Attributes(Attribute(ContentType, AuthData)), content, -32024),
            ("a content that is no AuthPack", id, Attributes(Attribute(ContentType, AuthData), Attribute(MessageDigest, Octets(SHA256.HashData("invoice"u8)))), "invoice"u8.ToArray(), -32024),
            ("bytes behind", id, [.. good, 0], content, -32024),
        })
        {
            var answer = await link.AskAsync("card.sign", Request(login2, toBeSigned, signed));
            Assert.That(answer["error"]?["code"]?.GetValue<int>(), Is.EqualTo(code), $"{name}: {answer.ToJsonString()}");
        }

        await link.SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = "first", ["method"] = "card.sign", ["params"] = Request(id, good, content) });
        await terminal.EventAsync("cardPin");
        var besides = await link.AskAsync("card.sign", Request(id, good, content));
        Assert.That(besides["error"]?["code"]?.GetValue<int>(), Is.EqualTo(-32024), "one signature at a time; the first goes on");
        await terminal.CommandAsync("pin " + SoftHsmCard.Pin);
        var signature = Convert.FromBase64String((await link.ReadAsync())!["result"]!["signature"]!.GetValue<string>());
        Assert.That(key.VerifyData(good, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), Is.True);
        await link.FailAsync(login, -32011, "smartcardRejected", new JsonObject { ["reason"] = "certificate" });
        Assert.That((await terminal.EventAsync("loginError"))["data"]!.GetValue<string>(), Does.Contain("certificate"));
    }

    [Test]
    public async Task Name_and_password_go_to_the_server_and_nowhere_else()
    {
        using var bench = new TerminalBench();
        await using var terminal = bench.Start();
        terminal.Secret("pass word-7");
        using var link = await bench.Server.WelcomeAsync(methods: ["password"]);
        await terminal.EventAsync("connected");
        await terminal.CommandAsync("password alice@acme.test pass word-7");
        var login = await link.ExpectAsync("session.login");
        Assert.That(login["params"]!["method"]!.GetValue<string>(), Is.EqualTo("password"));
        Assert.That(login["params"]!["username"]!.GetValue<string>(), Is.EqualTo("alice@acme.test"));
        Assert.That(login["params"]!["password"]!.GetValue<string>(), Is.EqualTo("pass word-7"));
        await link.FailAsync(login, -32006, "passwordExpired");
        Assert.That((await terminal.EventAsync("loginError"))["code"]!.GetValue<int>(), Is.EqualTo(-32006));
    }

    [Test]
    public async Task Doctor_says_what_is_wrong_with_the_module()
    {
        using var bench = new TerminalBench();
        bench.Config["smartCards"] = new JsonObject { ["module"] = "/nonexistent/module.so" };
        var (status, output, _) = await TerminalProcess.FinishAsync("doctor", "--config", bench.ConfigFile);
        Assert.That(status, Is.EqualTo(1));
        Assert.That(output, Does.Contain("BAD   smart cards /nonexistent/module.so: the PKCS#11 module /nonexistent/module.so can't be loaded"));
    }

    private static JsonObject Request(long login, byte[] toBeSigned, byte[] content) => new()
    {
        ["login"] = login, ["algorithm"] = "RS256", ["toBeSigned"] = Convert.ToBase64String(toBeSigned), ["content"] = Convert.ToBase64String(content),
    };

    private static byte[] Attributes(params string[] attributes) => Tagged(0x31, Convert.FromHexString(string.Concat(attributes)));

    private static string Attribute(string type, string value) =>
        Convert.ToHexString(Tagged(0x30, [.. Convert.FromHexString(type), .. Tagged(0x31, Convert.FromHexString(value))]));

    private static string Octets(byte[] value) => Convert.ToHexString(Tagged(4, value));

    private static byte[] Tagged(byte tag, byte[] value) => [tag, (byte)value.Length, .. value];
}
