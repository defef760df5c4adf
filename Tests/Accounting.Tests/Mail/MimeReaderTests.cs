using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Mail;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Mail;

/// <summary>Mails taken apart: our own, others', and what is none.</summary>
public sealed class MimeReaderTests
{
    [Test]
    public void What_is_written_is_read() => FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<string>(), (content, text) =>
    {
        var mail = MailSample.To("anna@box.test") with { Text = text ?? "", Html = text ?? "", Attachments = [new MailAttachment("a", "x/y", content), new MailAttachment("b", "x/z", content)] };
        var parts = MimeReader.Read(MimeWriter.Write(mail));
        return parts.Select(p => p.ContentType).SequenceEqual(["text/plain", "text/html", "x/y", "x/z"]) && parts[2].Content.Span.SequenceEqual(content) && parts[3].Content.Span.SequenceEqual(content);
    }));

    [Test]
    public void Noise_is_read_or_refused() => FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        Gen.ArrayOf(Gen.Elements("Content-Type: multipart/mixed; boundary=x\r\n", "--x\r\n", "--x--\r\n", "\r\n", "\n", "Content-Transfer-Encoding: base64\r\n", "=", "QUJD", " folded\r\n", "From a\n", "a=3D\r\n")).ToArbitrary(),
        pieces =>
        {
            try
            {
                return !MimeReader.Read(Encoding.ASCII.GetBytes(string.Concat(pieces))).IsDefault;
            }
            catch (MimeFormatException)
            {
                return true;
            }
        }));

    [Test]
    public void Mail_of_another_program_is_read()
    {
        const string mail = "From relay Thu Jan 1\nReceived: by a\n\tb\nCONTENT-TYPE: Multipart/Mixed;\n charset=x; BOUNDARY=\"a \\\"b; c\"\n\npreamble\n--a \"b; c  \nContent-Type: text/plain\nContent-Transfer-Encoding: Quoted-Printable \n\nl=C3=A4nge=\n r\n--a \"b; c\ncontent-transfer-encoding: BASE64\n\nQUJD\n!RA==\n--a \"b; c--\nepilogue\n";
        var parts = MimeReader.Read(Encoding.ASCII.GetBytes(mail));
        Assert.That(parts.Select(p => Encoding.UTF8.GetString(p.Content.Span)), Is.EqualTo(new[] { "länge r", "ABCD" }));
    }

    [Test]
    public void Bounds_hold()
    {
        Assert.That(() => MimeReader.Read(new byte[MimeReader.MostOctets + 1]), Throws.InstanceOf<MimeFormatException>());
        Assert.That(() => Read("Content-Type: multipart/mixed; boundary=x\r\n\r\n" + string.Concat(Enumerable.Repeat("--x\r\n\r\n", 1000))), Throws.InstanceOf<MimeFormatException>(), "parts");
        var nested = string.Concat(Enumerable.Range(0, 20).Select(i => $"Content-Type: multipart/mixed; boundary=x{i}\r\n\r\n--x{i}\r\n")) + string.Concat(Enumerable.Range(0, 20).Reverse().Select(i => $"\r\n--x{i}--\r\n"));
        Assert.That(() => Read(nested), Throws.InstanceOf<MimeFormatException>(), "depth");
        Assert.That(() => Read(string.Concat(Enumerable.Repeat("X: y\r\n", 60_000))), Throws.InstanceOf<MimeFormatException>(), "headers");
        Assert.That(() => Read("Content-Type: multipart/mixed\r\n\r\n"), Throws.InstanceOf<MimeFormatException>(), "boundary");
        Assert.That(() => Read("Content-Transfer-Encoding: base64\r\n\r\nA==="), Throws.InstanceOf<MimeFormatException>(), "base64");
    }

    [Test]
    public void Message_of_an_agent_is_found_whatever_its_type_is_called()
    {
        using var key = FleetKeys.Create();
        var envelope = new MessageEnvelope("7", 3, 1, DateTimeOffset.UnixEpoch, new byte[] { 1, 2, 3 }).Seal(key);
        var mail = FleetMail.Write(Mailbox.TryParse("a@b.test")!, Mailbox.TryParse("c@d.test")!, "7", 3, envelope, DateTimeOffset.UnixEpoch);
        Assert.That(FleetMail.Envelopes(MimeWriter.Write(mail)).Single().ToArray(), Is.EqualTo(envelope));
        Assert.That(FleetMail.Envelopes(MimeWriter.Write(mail with { Attachments = [new MailAttachment("x", "text/html", envelope)] })), Has.Length.EqualTo(1));
        Assert.That(FleetMail.Envelopes(MimeWriter.Write(mail with { Attachments = [] })), Is.Empty);
    }

    private static void Read(string mail) => MimeReader.Read(Encoding.ASCII.GetBytes(mail));
}
