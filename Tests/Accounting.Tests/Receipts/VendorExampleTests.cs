using System.Text;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Receipts.Makers;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Receipts;

/// <summary>The worked examples of docs/vendors.md, as they stand there.</summary>
public sealed class VendorExampleTests
{
    private static readonly string Page = File.ReadAllText(PathOf("docs/vendors.md"));

    [Test]
    public void Mailed_job_log_becomes_the_receipt_of_the_page()
    {
        var receipts = new KyoceraJobLog(TimeZoneInfo.Utc).Read(Example("xml kyocera-job-log"));
        Assert.That(ReceiptContent.Write(receipts.Single()), Is.EqualTo(Text("json kyocera-job-log")));
        Assert.That(ReceiptContent.Write(receipts[0]), Does.Not.Contain("never kept"), "names of documents are nobody's business");
        Assert.That(new KyoceraJobLog(TimeZoneInfo.Utc).Acknowledge(receipts).Length, Is.Zero);
    }

    [Test]
    public void Counter_service_is_asked_and_understood_as_on_the_page()
    {
        Assert.That(Encoding.UTF8.GetString(KyoceraCounters.Request()), Is.EqualTo(Text("xml kyocera-counters-request")));
        var told = KyoceraCounters.Read(Example("xml kyocera-counters-reply"));
        Assert.That(told.Select(c => (c.Key.Function, c.Value)), Is.EqualTo([(PageFunction.Total, 1300L), (PageFunction.Copy, 700L), (PageFunction.Print, 500L)]));
        Assert.That(KyoceraCounters.Read("<a>DEEP_SLEEP_NOW_ERROR</a>"u8.ToArray()), Is.Empty);
    }

    [Test]
    public void Panel_is_freed_by_the_command_of_the_page() =>
        Assert.That(Encoding.UTF8.GetString(BrotherPanel.Unlock("anna", ["copy", "scan"], "./done.xml")), Is.EqualTo(Text("xml brother-unlock")));

    [Test]
    public void Panel_stays_locked_by_the_form_of_the_page()
    {
        Assert.That(Encoding.UTF8.GetString(BrotherPanel.Wait("CopyTrack", "Log in at the reader, please.", "Continue", "./brother", 3)), Is.EqualTo(Text("xml brother-wait")));
        Assert.That(Encoding.UTF8.GetString(BrotherPanel.Wait("a", "<b> ]]> &", "c", "./brother", 3)), Does.Contain("&lt;b&gt; ]]&gt; &amp;"), "no text ends the script");
    }

    [TestCase("")]
    [TestCase("<a/>")]
    [TestCase("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>")]
    [TestCase("<log xmlns=\"http://www.kyoceramita.com/ws/km-wsdl/log/log_information\"><print_job_log><common><job_number>-1</job_number></common></print_job_log></log>")]
    [TestCase("<log xmlns=\"http://www.kyoceramita.com/ws/km-wsdl/log/log_information\"><print_job_log><common><job_number>99999999999999999999</job_number></common></print_job_log></log>")]
    public void Hostile_message_is_refused(string message)
    {
        Assert.That(() => new KyoceraJobLog(TimeZoneInfo.Utc).Read(Encoding.UTF8.GetBytes(message)), Throws.TypeOf<MakerFormatException>());
        Assert.That(() => KyoceraCounters.Read(Encoding.UTF8.GetBytes(message)), Throws.TypeOf<MakerFormatException>());
    }

    [Test]
    public void Impossible_month_is_refused() => Assert.That(
        () => new KyoceraJobLog(TimeZoneInfo.Utc).Read(Encoding.UTF8.GetBytes(Text("xml kyocera-job-log").Replace("<month>2<", "<month>12<", StringComparison.Ordinal))), Throws.TypeOf<MakerFormatException>());

    private static ReadOnlyMemory<byte> Example(string kind) => Encoding.UTF8.GetBytes(Text(kind));

    private static string Text(string kind) => Regex.Match(Page, $"```{kind}\n(.*?)\n```", RegexOptions.Singleline) is { Success: true } found
        ? found.Groups[1].Value : throw new InvalidOperationException($"docs/vendors.md has no example '{kind}'");

    private static string PathOf(string file)
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, file)))
        {
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new FileNotFoundException(file);
        }

        return System.IO.Path.Combine(folder, file);
    }
}
