using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using CopyTrack.Accounting.Mail;
using CopyTrack.Accounting.Mail.Transport;
using CopyTrack.TestKit.Ldap;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Mail;

/// <summary>Servers that lie, stop or break.</summary>
public sealed class ScriptedServerTests
{
    [TestCase("HTTP/1.1 400 Bad Request\r\n\r\n", SmtpCause.Protocol)]
    [TestCase("220-one\r\n221 two\r\n", SmtpCause.Protocol)]
    [TestCase("", SmtpCause.ConnectionLost)]
    [TestCase("22", SmtpCause.ConnectionLost)]
    [TestCase("421 too many\r\n", SmtpCause.Busy)]
    public async Task Greeting_that_is_none_may_be_tried_again(string greeting, SmtpCause cause)
    {
        var outcome = await TalkAsync(new SmtpSettings { Host = "127.0.0.1", Security = SmtpSecurity.None }, (stream, _) => SayAsync(stream, greeting));
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(cause));
    }

    [Test]
    public async Task Server_that_never_greets_is_left_after_the_time()
    {
        var outcome = await TalkAsync(
            new SmtpSettings { Host = "127.0.0.1", Security = SmtpSecurity.None, ReplyTimeout = TimeSpan.FromMilliseconds(200) }, async (_, reader) => await reader.ReadToEndAsync());
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(SmtpCause.TimedOut));
    }

    [Test]
    public async Task Endless_reply_is_cut_off()
    {
        var outcome = await TalkAsync(new SmtpSettings { Host = "127.0.0.1", Security = SmtpSecurity.None }, async (stream, _) =>
        {
            try
            {
                while (true)
                {
                    await SayAsync(stream, "220-more\r\n");
                }
            }
            catch (IOException)
            {
                // The client has left.
            }
        });
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(SmtpCause.Protocol));
    }

    [Test]
    public async Task Refused_greeting_is_permanent()
    {
        var outcome = await TalkAsync(new SmtpSettings { Host = "127.0.0.1", Security = SmtpSecurity.None }, (stream, _) => SayAsync(stream, "554 no service for you\r\n"));
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Permanent>().With.Property("Text").Contain("no service for you"));
    }

    [Test]
    public async Task Words_slipped_in_before_TLS_end_the_conversation()
    {
        var outcome = await TalkAsync(new SmtpSettings { Host = "127.0.0.1", Security = SmtpSecurity.StartTls }, async (stream, reader) =>
        {
            await SayAsync(stream, "220 hello\r\n");
            await reader.ReadLineAsync();
            await SayAsync(stream, "250-hello\r\n250 STARTTLS\r\n");
            await reader.ReadLineAsync();
            await SayAsync(stream, "220 go\r\n250-AUTH PLAIN\r\n");
            await reader.ReadToEndAsync();
        });
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(SmtpCause.Protocol));
    }

    [Test]
    public async Task Break_after_the_whole_mail_says_that_it_may_have_arrived()
    {
        var said = new List<string>();
        var outcome = await TalkAsync(new SmtpSettings { Host = "127.0.0.1", Security = SmtpSecurity.None, LocalName = "site.example" }, async (stream, reader) =>
        {
            await SayAsync(stream, "220 hello\r\n");
            foreach (var reply in new[] { "502 no\r\n", "250 old\r\n", "250 ok\r\n", "251 ok\r\n", "354 go\r\n" })
            {
                said.Add(await reader.ReadLineAsync() ?? "");
                await SayAsync(stream, reply);
            }

            while (await reader.ReadLineAsync() is not ("." or null)) { }
        });
        Assert.That(said, Is.EqualTo(new[] { "EHLO site.example", "HELO site.example", "MAIL FROM:<copytrack@example.org>", "RCPT TO:<anna@box.test>", "DATA" }));
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("MayHaveArrived").True);
    }

    [TestCase("wrong.example", false, SmtpCause.CertificateName)]
    [TestCase("127.0.0.1", true, SmtpCause.CertificateExpired)]
    public async Task Certificate_that_does_not_fit_is_not_trusted(string name, bool expired, SmtpCause cause)
    {
        using var ca = new TestCertificates();
        using var certificate = ca.Make("CN=" + name, [name], address: expired, from: DateTimeOffset.UtcNow.AddDays(-20), to: DateTimeOffset.UtcNow.AddDays(expired ? -10 : 10));
        var outcome = await TalkAsync(new SmtpSettings { Host = "127.0.0.1", Security = SmtpSecurity.Tls, TrustedCas = ca.Trust }, async (stream, _) =>
        {
            try
            {
                await using var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(certificate);
                await SayAsync(tls, "220 hello\r\n");
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The client has left, as it should.
            }
        });
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Temporary>().With.Property("Cause").EqualTo(cause));
    }

    [Test]
    public void Cancelling_is_thrown()
    {
        using var ended = new CancellationTokenSource();
        Assert.That(
            () => TalkAsync(new SmtpSettings { Host = "127.0.0.1", Security = SmtpSecurity.None }, async (_, reader) =>
            {
                await ended.CancelAsync();
                await reader.ReadToEndAsync();
            }, ended.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("host\r\nRCPT TO:<x@y>")]
    [TestCase("a b")]
    public async Task Local_name_that_is_none_is_refused(string name)
    {
        var outcome = await SmtpTransport.SendAsync(new SmtpSettings { Host = "127.0.0.1", Port = 1, LocalName = name }, MailSample.To("anna@box.test"), default);
        Assert.That(outcome, Is.InstanceOf<SmtpOutcome.Permanent>().With.Property("Cause").EqualTo(SmtpCause.BadMail));
    }

    private static async Task<SmtpOutcome> TalkAsync(SmtpSettings settings, Func<Stream, StreamReader, Task> server, CancellationToken cancellationToken = default)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            await server(stream, reader);
        }, CancellationToken.None);
        var outcome = await SmtpTransport.SendAsync(settings with { Port = ((IPEndPoint)listener.LocalEndpoint).Port }, MailSample.To("anna@box.test"), cancellationToken);
        await serving;
        return outcome;
    }

    private static async Task SayAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
}
