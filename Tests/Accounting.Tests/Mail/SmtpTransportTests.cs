using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using CopyTrack.Accounting.Mail;
using CopyTrack.Accounting.Mail.Transport;
using CopyTrack.TestKit.Ldap;
using CopyTrack.TestKit.Mail;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Mail;

/// <summary>Against exim; what arrives is read by Python's mail parser.</summary>
public sealed class SmtpTransportTests
{
    private PrivateExim _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await PrivateExim.StartAsync();

    [OneTimeTearDown]
    public async Task End() => await _server.DisposeAsync();

    [TestCase(SmtpSecurity.None, false)]
    [TestCase(SmtpSecurity.StartTls, true)]
    [TestCase(SmtpSecurity.Tls, true)]
    public async Task Mail_arrives_as_it_was_written(SmtpSecurity security, bool login)
    {
        var content = Enumerable.Range(0, 5000).Select(i => (byte)(i * 7)).ToArray();
        var mail = MailSample.To("anna@box.test") with
        {
            Subject = "Zähler von „Kopierer 3“ — ein Betreff, der länger ist als eine Zeile und mehrere Wörter braucht €",
            Text = ".\r\n..\nFrom hier\nmit blanks   \n=20 ist Text\n" + new string('x', 300) + "ä",
            Html = "<p>Grüße</p>",
            Attachments = [new MailAttachment("Bericht für Müller/../€.bin", "application/x-test", content)],
        };
        var outcome = await SmtpTransport.SendAsync(Settings(security, login), mail, default);
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Delivered>(), outcome.ToString());
        var read = await ReadAsync(await _server.TakeAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)read["subject"], Is.EqualTo(mail.Subject));
            Assert.That((string?)read["from"], Is.EqualTo("CopyTrack Österreich <copytrack@example.org>"));
            Assert.That((string?)read["text"], Is.EqualTo(mail.Text.ReplaceLineEndings("\n") + "\n"));
            Assert.That((string?)read["html"], Is.EqualTo("<p>Grüße</p>\n"));
            Assert.That((string?)read["file"], Is.EqualTo("Bericht für Müller_.._€.bin"));
            Assert.That((string?)read["type"], Is.EqualTo("application/x-test"));
            Assert.That(Convert.FromBase64String((string)read["content"]!), Is.EqualTo(content));
            Assert.That((string?)read["id"], Is.EqualTo($"<{mail.Id}@example.org>"));
            Assert.That((string?)read["date"], Is.EqualTo("2026-11-22T08:30:00+00:00"));
            Assert.That((int)read["longest"]!, Is.LessThanOrEqualTo(100), "the server's own lines are the longest");
        }
    }

    [Test]
    public async Task Wrong_password_is_permanent_and_never_shown()
    {
        var outcome = await SmtpTransport.SendAsync(Settings(SmtpSecurity.StartTls, true) with { Password = "verraten" }, MailSample.To("anna@box.test"), default);
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Permanent>().With.Property("Cause").EqualTo(SmtpCause.LoginRefused));
        Assert.That(outcome.ToString(), Does.Contain("535").And.Contain("check user name and password").And.Not.Contain("verraten"));
        Assert.That(Settings(SmtpSecurity.StartTls, true).ToString(), Does.Not.Contain("geheim").And.Not.Contain(PrivateExim.User));
    }

    [Test]
    public async Task Password_never_goes_out_without_TLS()
    {
        var outcome = await SmtpTransport.SendAsync(Settings(SmtpSecurity.None, true), MailSample.To("anna@box.test"), default);
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Permanent>().With.Property("Cause").EqualTo(SmtpCause.LoginNotPossible));
    }

    [Test]
    public async Task STARTTLS_that_is_not_offered_ends_before_the_mail()
    {
        var outcome = await SmtpTransport.SendAsync(Settings(SmtpSecurity.StartTls, false) with { Port = _server.PlainPort }, MailSample.To("anna@box.test"), default);
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Permanent>().With.Property("Cause").EqualTo(SmtpCause.StartTlsNotOffered));
    }

    [TestCase(SmtpSecurity.StartTls)]
    [TestCase(SmtpSecurity.Tls)]
    public async Task Certificate_of_an_unknown_CA_is_not_trusted(SmtpSecurity security)
    {
        using var others = new TestCertificates("Other CA");
        var outcome = await SmtpTransport.SendAsync(Settings(security, true) with { TrustedCas = others.Trust }, MailSample.To("anna@box.test"), default);
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(SmtpCause.CertificateUntrusted));
        var system = await SmtpTransport.SendAsync(Settings(security, true) with { TrustedCas = null }, MailSample.To("anna@box.test"), default);
        Assert.That(system, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(SmtpCause.CertificateUntrusted));
    }

    [Test]
    public async Task Certificate_of_another_name_is_not_trusted()
    {
        var outcome = await SmtpTransport.SendAsync(Settings(SmtpSecurity.Tls, true) with { Host = "127.0.0.2" }, MailSample.To("anna@box.test"), default);
        // Exim listens on 127.0.0.1 alone, so that another address is refused; the name is tried by the scripted server.
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(SmtpCause.Unreachable));
    }

    [Test]
    public async Task TLS_port_without_TLS_and_other_way_round_end_in_time()
    {
        var tlsOnPlain = await SmtpTransport.SendAsync(Settings(SmtpSecurity.Tls, false) with { Port = _server.PlainPort }, MailSample.To("anna@box.test"), default);
        Assert.That(tlsOnPlain, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(SmtpCause.TlsFailed));
        var plainOnTls = await SmtpTransport.SendAsync(Settings(SmtpSecurity.None, false) with { Port = _server.TlsPort, ReplyTimeout = TimeSpan.FromSeconds(1) }, MailSample.To("anna@box.test"), default);
        Assert.That(plainOnTls, Is.InstanceOf<SmtpOutcome.Temporary>());
    }

    [Test]
    public async Task Recipients_that_are_refused_are_told_and_the_others_get_it()
    {
        var some = await SmtpTransport.SendAsync(Settings(SmtpSecurity.None, false), MailSample.To("nobody@box.test", "anna@box.test", "later@box.test"), default);
        Assert.That(some, Is.InstanceOf<SmtpOutcome.Delivered>());
        Assert.That(((SmtpOutcome.Delivered)some).Refused.Select(r => (r.Recipient.Address, r.Temporary)), Is.EqualTo(new[] { ("nobody@box.test", false), ("later@box.test", true) }));
        await _server.TakeAsync();
        var none = await SmtpTransport.SendAsync(Settings(SmtpSecurity.None, false), MailSample.To("nobody@box.test"), default);
        Assert.That(none, Is.InstanceOf<SmtpOutcome.Permanent>().With.Property("Cause").EqualTo(SmtpCause.RecipientsRefused));
        var later = await SmtpTransport.SendAsync(Settings(SmtpSecurity.None, false), MailSample.To("nobody@box.test", "later@box.test"), default);
        Assert.That(later, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(SmtpCause.Busy));
    }

    [Test]
    public async Task Content_is_refused_or_put_off_with_the_word_of_the_server()
    {
        var never = await SmtpTransport.SendAsync(Settings(SmtpSecurity.None, false), MailSample.To("anna@box.test") with { Subject = "a virus" }, default);
        Assert.That(never, Is.InstanceOf<SmtpOutcome.Permanent>().With.Property("Cause").EqualTo(SmtpCause.ContentRefused).And.Property("Text").Contain("no viruses"));
        var later = await SmtpTransport.SendAsync(Settings(SmtpSecurity.None, false), MailSample.To("anna@box.test") with { Subject = "full" }, default);
        Assert.That(later, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(SmtpCause.Busy).And.Property("Text").Contain("the disk is full"));
        var tooLong = await SmtpTransport.SendAsync(
            Settings(SmtpSecurity.None, false), MailSample.To("anna@box.test") with { Attachments = [new MailAttachment("big", "a/b", new byte[2 * 1024 * 1024])] }, default);
        Assert.That(tooLong, Is.InstanceOf<SmtpOutcome.Permanent>().With.Property("Cause").EqualTo(SmtpCause.TooLong));
    }

    [Test]
    public async Task Login_is_needed_where_the_server_wants_one()
    {
        var outcome = await SmtpTransport.SendAsync(Settings(SmtpSecurity.StartTls, false), MailSample.To("anna@box.test"), default);
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Permanent>().With.Property("Text").Contain("log in first"));
    }

    private SmtpSettings Settings(SmtpSecurity security, bool login) => new()
    {
        Host = "127.0.0.1",
        Port = security switch { SmtpSecurity.Tls => _server.TlsPort, SmtpSecurity.StartTls => _server.SubmissionPort, _ => _server.PlainPort },
        Security = security,
        UserName = login ? PrivateExim.User : null,
        Password = login ? PrivateExim.Password : null,
        TrustedCas = _server.Certificates.Trust,
        ReplyTimeout = TimeSpan.FromSeconds(10),
    };

    private static async Task<JsonNode> ReadAsync(byte[] mail)
    {
        const string script = """
            import sys, json, base64, email, email.policy, email.utils
            raw = sys.stdin.buffer.read()
            m = email.message_from_bytes(raw, policy=email.policy.default)
            assert not m.defects, m.defects
            a = next(m.iter_attachments())
            print(json.dumps(dict(subject=m['subject'], to=m['to'], id=m['message-id'], date=m['date'].datetime.isoformat(),
              **{'from': m['from']}, text=m.get_body(('plain',)).get_content(), html=m.get_body(('html',)).get_content(),
              file=a.get_filename(), type=a.get_content_type(), content=base64.b64encode(a.get_content()).decode(),
              longest=max(len(l) for l in raw.split(b'\n')))))
            """;
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 })!;
        await python.StandardInput.BaseStream.WriteAsync(mail);
        python.StandardInput.Close();
        return JsonNode.Parse(await python.StandardOutput.ReadToEndAsync())!;
    }
}
