using System.Buffers;
using System.Text;
using CopyTrack.Accounting.Mail;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Mail;

/// <summary>What is written and read without a connection.</summary>
public sealed class MailWritingTests
{
    [TestCase("anna@example.org", "anna@example.org")]
    [TestCase("Anna.Maria+x@Example.ORG", "Anna.Maria+x@example.org")]
    [TestCase("anna@bücher.example", "anna@xn--bcher-kva.example")]
    [TestCase("anna", null)]
    [TestCase("@example.org", null)]
    [TestCase("anna@", null)]
    [TestCase(".anna@example.org", null)]
    [TestCase("an..na@example.org", null)]
    [TestCase("anna@example.org.", null)]
    [TestCase("änna@example.org", null)]
    [TestCase("\"anna\"@example.org", null)]
    [TestCase("anna@example.org>\r\nRCPT TO:<eve@example.org", null)]
    [TestCase("anna@exa mple.org", null)]
    [TestCase("anna@example.org\n", null)]
    [TestCase("anna@[127.0.0.1]", null)]
    [TestCase("anna\0@example.org", null)]
    [TestCase(null, null)]
    public void Address_is_one_that_can_stand_in_a_command(string? text, string? address) => Assert.That(Mailbox.TryParse(text)?.Address, Is.EqualTo(address));

    [Test]
    public void Nothing_in_a_text_becomes_a_header()
    {
        FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(ArbMap.Default.ArbFor<string>(), raw =>
        {
            var text = (raw ?? "") + "\r\nBcc: eve@example.org\r\n\r\n\u2028x";
            var mail = MailSample.To("anna@box.test") with
            {
                From = Mailbox.TryParse("copytrack@example.org", text)!,
                Subject = text,
                Attachments = [new MailAttachment(text, text, default)],
            };
            var written = Encoding.ASCII.GetString(MimeWriter.Write(mail).Span);
            var head = written[..written.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");
            string[] known = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"];
            return head.All(line => line.StartsWith(' ') || known.Contains(line.Split(':')[0]))
                && written.Split("\r\n").All(line => line.Length <= 78 && !line.Contains('\r', StringComparison.Ordinal) && !line.Contains('\n', StringComparison.Ordinal));
        }));
    }

    [TestCase("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    [TestCase("application/pdf", "application/pdf")]
    [TestCase("application/pdf; x=y", "application/octet-stream")]
    [TestCase("sheet", "application/octet-stream")]
    public void Attachment_is_of_the_type_that_it_was_given(string type, string told)
    {
        var written = MimeWriter.Write(MailSample.To("anna@box.test") with { Attachments = [new MailAttachment("month.xlsx", type, "rows"u8.ToArray())] });
        Assert.That(MimeReader.Read(written).Select(p => p.ContentType), Has.One.EqualTo(told));
        Assert.That(Encoding.ASCII.GetString(written.Span).Split("\r\n"), Has.All.Length.LessThanOrEqualTo(78));
    }

    [Test]
    public void Mail_without_recipient_or_with_too_much_is_not_made()
    {
        var mail = MailSample.To("anna@box.test");
        Assert.That(() => MimeWriter.Write(mail with { To = [] }), Throws.InstanceOf<MailContentException>());
        Assert.That(() => MimeWriter.Write(mail with { To = [.. Enumerable.Repeat(mail.From, 101)] }), Throws.InstanceOf<MailContentException>());
        Assert.That(() => MimeWriter.Write(mail with { Id = "x>\r\nBcc: y" }), Throws.InstanceOf<MailContentException>());
        Assert.That(() => MimeWriter.Write(mail with { Attachments = [new MailAttachment("a", "a/b", new byte[MimeWriter.MostOctets])] }), Throws.InstanceOf<MailContentException>());
    }

    [TestCase("", ".\r\n")]
    [TestCase("a\r\n", "a\r\n.\r\n")]
    [TestCase("a", "a\r\n.\r\n")]
    [TestCase(".\r\n", "..\r\n.\r\n")]
    [TestCase("a\n.\nb\r.\r\r\n", "a\r\n..\r\nb\r\n..\r\n\r\n.\r\n")]
    public void Dots_are_doubled_and_line_ends_whole(string mail, string wire) =>
        Assert.That(Encoding.ASCII.GetString(DotStuffing.Write(Encoding.ASCII.GetBytes(mail)).Span), Is.EqualTo(wire));

    [Test]
    public void No_mail_ends_itself_on_the_wire() => FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.ArrayOf(Gen.Elements((byte)'.', (byte)'\r', (byte)'\n', (byte)'a')).ToArbitrary(), mail =>
    {
        var wire = "\r\n" + Encoding.ASCII.GetString(DotStuffing.Write(mail).Span);
        return wire.IndexOf("\r\n.\r\n", StringComparison.Ordinal) == wire.Length - 5
            && !wire.Replace("\r\n", "", StringComparison.Ordinal).Contains('\r', StringComparison.Ordinal) && !wire.Replace("\r\n", "", StringComparison.Ordinal).Contains('\n', StringComparison.Ordinal);
    }));

    [Test]
    public void Reply_is_the_same_however_it_is_cut()
    {
        var octets = "250-mail.example\r\n250-SIZE 1000\r\n250-AUTH=LOGIN\n250 AUTH PLAIN LOGIN\r\n220 next\r\n"u8.ToArray();
        for (var cut = 0; cut < octets.Length; cut++)
        {
            var first = new ReadOnlySequence<byte>(octets, 0, cut);
            var whole = new ReadOnlySequence<byte>(octets);
            if (!SmtpReply.TryRead(ref first, out var reply))
            {
                Assert.That(SmtpReply.TryRead(ref whole, out reply));
            }

            Assert.That(reply!.Code, Is.EqualTo(250));
            Assert.That(SmtpOffer.Read(reply), Is.EqualTo(new SmtpOffer(false, true, true, true, 1000)));
        }
    }

    [TestCase("25\r\n")]
    [TestCase("650 x\r\n")]
    [TestCase("250x\r\n")]
    [TestCase("25a x\r\n")]
    [TestCase("\r\n")]
    public void What_is_no_reply_is_refused(string text)
    {
        var octets = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text));
        Assert.That(() => SmtpReply.TryRead(ref octets, out _), Throws.InstanceOf<SmtpFormatException>());
    }

    [Test]
    public void Reply_without_end_is_refused()
    {
        var line = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes("250 " + new string('x', 3000)));
        Assert.That(() => SmtpReply.TryRead(ref line, out _), Throws.InstanceOf<SmtpFormatException>());
        var lines = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("250-x\r\n", 200))));
        Assert.That(() => SmtpReply.TryRead(ref lines, out _), Throws.InstanceOf<SmtpFormatException>());
    }

    [Test]
    public void Text_of_a_reply_holds_no_control_characters()
    {
        var octets = new ReadOnlySequence<byte>("550 \u001b[31mred\0\r\n"u8.ToArray());
        SmtpReply.TryRead(ref octets, out var reply);
        Assert.That(reply!.Text, Is.EqualTo("550 ?[31mred?"));
    }
}
