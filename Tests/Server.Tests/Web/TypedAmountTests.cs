using System.Globalization;
using CopyTrack.Server.Web;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Amounts that people type, in the two languages of the pages.</summary>
internal sealed class TypedAmountTests
{
    [TestCase("en-GB", "0.05", 0.05)]
    [TestCase("en-GB", "0,05", 0.05)]
    [TestCase("en-GB", "12,5", 12.5)]
    [TestCase("en-GB", "0,035", 0.035)]
    [TestCase("en-GB", "1.000", 1.0)]
    [TestCase("en-GB", "1,000.50", 1000.5)]
    [TestCase("en-GB", "1.000,50", 1000.5)]
    [TestCase("en-GB", "1,000,000", 1000000.0)]
    [TestCase("en-GB", "1 000", 1000.0)]
    [TestCase("en-GB", "1’000.5", 1000.5)]
    [TestCase("en-GB", "1234,567", 1234.567)]
    [TestCase("en-GB", " .5 ", 0.5)]
    [TestCase("de-DE", "0,05", 0.05)]
    [TestCase("de-DE", "0.05", 0.05)]
    [TestCase("de-DE", "1,000", 1.0)]
    [TestCase("de-DE", "1.000,5", 1000.5)]
    [TestCase("de-DE", "1.000.000", 1000000.0)]
    [TestCase("de-DE", "1\u202f000,25", 1000.25)]
    public void Amount_is_read_where_one_thing_alone_can_be_meant(string culture, string text, double amount) =>
        Assert.That(TypedAmount.Read(text, CultureInfo.GetCultureInfo(culture)), Is.EqualTo(new TypedAmount.Clear((decimal)amount)));

    [TestCase("en-GB", "1,000", 1000, 1.0)]
    [TestCase("en-GB", "12,345", 12345, 12.345)]
    [TestCase("de-DE", "1.000", 1000, 1.0)]
    [TestCase("de-DE", "250.125", 250125, 250.125)]
    public void Thousands_of_one_language_that_are_a_fraction_in_another_are_unclear(string culture, string text, int thousands, double fraction) =>
        Assert.That(TypedAmount.Read(text, CultureInfo.GetCultureInfo(culture)), Is.EqualTo(new TypedAmount.Unclear(thousands, (decimal)fraction)));

    [TestCase("")]
    [TestCase("much")]
    [TestCase("-1")]
    [TestCase("1,00,000")]
    [TestCase("1.0000.000")]
    [TestCase("1,000.000,5")]
    [TestCase("1 00")]
    [TestCase("1'000 000")]
    [TestCase("5,")]
    [TestCase("1e3")]
    [TestCase("٣")]
    [TestCase("1..5")]
    [TestCase("99999999999999999999999999999999999999999")]
    public void What_is_no_amount_is_told(string text)
    {
        Assert.That(TypedAmount.Read(text, CultureInfo.GetCultureInfo("en-GB")), Is.EqualTo(new TypedAmount.Wrong()));
        Assert.That(TypedAmount.Read(text, CultureInfo.GetCultureInfo("de-DE")), Is.EqualTo(new TypedAmount.Wrong()));
    }

    [Test]
    public void What_a_form_shows_is_read_as_it_was() => Prop.ForAll<uint>(millionths => new[] { "en-GB", "de-DE" }.Select(CultureInfo.GetCultureInfo).All(c =>
        TypedAmount.Read((millionths / 1_000_000m).ToString("0.######", c), c) is TypedAmount.Clear(var read) && read == millionths / 1_000_000m)).QuickCheckThrowOnFailure();

    [Test]
    public void No_text_is_too_much_for_it() => Prop.ForAll<string?>(text => TypedAmount.Read(text ?? "", CultureInfo.GetCultureInfo("de-DE")) is not null).QuickCheckThrowOnFailure();
}
