using System.Xml.Linq;
using CopyTrack.Integration.Live;
using CopyTrack.MfpSimulator.Contract;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>Authenticate with user name and password, as a panel application inside an MFP sends it, against a real KDC.</summary>
[NonParallelizable] // One KDC and one proxy whose lie is set for a test at a time.
public sealed class SoapPasswordTests
{
    private static readonly XNamespace Ns = AccountingClient.Ns;

    [Test]
    public async Task Right_password_opens_a_session_and_wrong_ones_are_denied_by_name()
    {
        var shared = await SharedKerberos.SiteAsync();
        shared.Proxy.Tell((_, _, answer) => answer);
        var site = shared.Site;
        using var panel = new AccountingClient(
            new Uri($"https://localhost:{site.HttpsPort}/"), "hall", (await site.GoodAsync("device", "credential", "hall")).Trim(),
            new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        var hello = await panel.CallAsync(new XElement(Ns + "Hello", new XElement(Ns + "bootId", "b"), new XElement(Ns + "maker", "Invented"), new XElement(Ns + "capability", "password")));
        Assert.That(hello.Elements(Ns + "method").Select(m => m.Value), Is.EqualTo(new[] { "password" }));

        const string wrong = "not-the-password-1";
        Assert.That(Denial(await LoginAsync(panel, "alice", wrong)), Is.EqualTo("wrongCredentials"));
        Assert.That(Denial(await LoginAsync(panel, "nobody", PrivateKdc.Password)), Is.EqualTo("wrongCredentials"), "which of both was wrong is not told");
        Assert.That(Denial(await LoginAsync(panel, "pwexpired", PrivateKdc.Password)), Is.EqualTo("passwordExpired"));
        var login = await LoginAsync(panel, "alice", PrivateKdc.Password);
        Assert.That((login.Element(Ns + "granted")!.Value, login.Element(Ns + "userName")?.Value), Is.EqualTo(("true", "alice")), login.ToString());
        Assert.That(await site.ScalarAsync($"select count(*) from session where id = {login.Element(Ns + "session")!.Value} and method = 'password'"), Is.EqualTo(1));
        var end = await panel.CallAsync(new XElement(Ns + "EndSession", new XElement(Ns + "session", login.Element(Ns + "session")!.Value)));
        Assert.That(end.Element(Ns + "ended")!.Value, Is.EqualTo("true"));

        var fault = await Assert.ThrowsAsync<ContractFault>(() => panel.CallAsync(new XElement(Ns + "Authenticate", new XElement(Ns + "method", "password"), new XElement(Ns + "userName", "alice"))));
        Assert.That(fault!.Message, Does.Contain("the method needs password"));
        Assert.That(site.Log, Does.Not.Contain(wrong).And.Not.Contain(PrivateKdc.Password));
    }

    private static Task<XElement> LoginAsync(AccountingClient panel, string name, string password) => panel.CallAsync(new XElement(
        Ns + "Authenticate", new XElement(Ns + "method", "password"), new XElement(Ns + "userName", name), new XElement(Ns + "password", password)));

    private static string? Denial(XElement answer) => answer.Element(Ns + "granted")!.Value == "false" ? answer.Element(Ns + "denial")?.Value : answer.ToString();
}
