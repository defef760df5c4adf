using System.Globalization;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Server.Web;
using CopyTrack.Server.Web.Language;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Data keep their English; pages and mails translate at the edge. Here: each sentence that inner parts say to people has German, also with its values in it.</summary>
internal sealed partial class ToldSentencesTests
{
    private readonly Words german = new("de", TimeZoneInfo.Utc, "EUR");

    [Test]
    public void Every_sentence_that_is_told_to_people_has_German_with_its_values()
    {
        HashSet<string> known = [.. GermanTexts.Files().SelectMany(f => f.Texts.Keys)];
        (string Source, string Text)[] told = [.. ToldSentences.Of(LanguageTests.Root())];
        Assert.That(told, Has.Length.GreaterThan(450));
        Assert.That(told.Where(t => !known.Contains(t.Text)).Select(t => $"{t.Source}: {t.Text}"), Is.Empty, "put its German into a file Language/de/faults*.json");
        using (Assert.EnterMultipleScope())
        {
            foreach ((_, string text) in told)
            {
                object[] values = [.. Place().Matches(text).Select((_, i) => $"value {i}")];
                string said = german[string.Format(CultureInfo.InvariantCulture, text, values)];
                Assert.That(said, Is.EqualTo(string.Format(CultureInfo.InvariantCulture, GermanTexts.Of(text), values)), text);
            }
        }
    }

    [Test]
    public void Every_cause_why_a_device_is_not_read_is_told_in_German()
    {
        SnmpTarget target = new(System.Net.IPAddress.Loopback, 161, SnmpVersion.V2c, "public"u8.ToArray());
        foreach (SnmpCause cause in Enum.GetValues<SnmpCause>())
        {
            string english = SnmpCauses.Describe(cause, target, "detail");
            Assert.That(german[english], Is.Not.EqualTo(english), $"{cause}");
        }
    }

    [TestCase("Device copier-3, epoch 2, counter copy color (impressions), interval 7: the meter moved by 4 but the entries sum to 3.",
        "Gerät copier-3, Epoche 2, Zähler Kopien farbig (Seiten), Intervall 7: der Zähler stieg um 4, die Buchungen ergeben aber 3.", TestName = "A sentence holds another one, and that the name of a counter")]
    [TestCase("ldaps://dc1:636: the directory did not answer within 30 s: look at its load and the network, or raise ReplySeconds; nobody was deactivated",
        "ldaps://dc1:636: Das Verzeichnis hat nicht binnen 30 s geantwortet: Sehen Sie sich seine Last und das Netz an, oder erhöhen Sie ReplySeconds; niemand wurde abgeschaltet", TestName = "A failure is part of what a run ends with")]
    [TestCase("disabled in the directory: displayName,state", "im Verzeichnis abgeschaltet: displayName,state", TestName = "A value that is a word is translated")]
    [TestCase("line 4: unknown column 'x' (known: code, name)", "Zeile 4: unbekannte Spalte „x“ (bekannt: code, name)", TestName = "A line of a list tells what is wrong with it")]
    [TestCase("what comes back is no SNMP message (integer of 9 octets); check that the port is that of the device's SNMP agent, and its firmware",
        "was zurückkommt, ist keine SNMP-Nachricht (ganze Zahl von 9 Oktetten); prüfen Sie, ob der Port der des SNMP-Agenten ist, und die Firmware", TestName = "A detail is translated where it stands")]
    [TestCase("a name of a person's own", "a name of a person's own", TestName = "What no pattern fits stays")]
    public void Sentences_with_values_are_told_in_German(string english, string expected) => Assert.That(german[english], Is.EqualTo(expected));

    [Test]
    public void No_page_prints_a_reason_or_a_fault_without_translating_it()
    {
        // What somebody typed, and what was translated before it was put by for the next page.
        string[] asIs = ["Privacy.cshtml: r.Reason", "Balance.cshtml: Model.Evidence", "_Offsets.cshtml: row.Reason", "_Layout.cshtml: told.Fault"];
        string[] bare =
        [
            .. from path in Directory.EnumerateFiles(Path.Combine(LanguageTests.Root(), "Server", "Web", "Pages"), "*.cshtml", SearchOption.AllDirectories)
               from Match m in Bare().Matches(File.ReadAllText(path))
               select $"{Path.GetFileName(path)}: {m.Groups[1].Value}",
        ];
        Assert.That(bare.Except(asIs), Is.Empty, "use T[…] or T.Sentence(…)");
    }

    [GeneratedRegex("""\{[0-9](?::[^}]*)?\}""")]
    private static partial Regex Place();

    [GeneratedRegex("""(?<![\w@])@([A-Za-z]\w*(?:\.\w+)*\.(?:Reason|Message|Fault|Cause|SilentReason|PausedReason|HaltedReason|Evidence|Detail))(?![\w.(\[])""")]
    private static partial Regex Bare();
}
