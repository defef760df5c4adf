using System.Diagnostics;
using CopyTrack.Identity.Cards;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Cards;

public sealed class CardRuleTests
{
    [TestCase("", "04a2 2b1c", "04A22B1C")]
    [TestCase("hex2dec", "04A22B1C", "77736732")]
    [TestCase("reverse", "04A22B1C", "1C2BA204")]
    [TestCase("reverse; hex2dec; padleft 10", "04A22B1C", "0472621572")]
    [TestCase("dec2hex", "472621572", "1C2BA204")]
    [TestCase("dec2hex", "0", "00")]
    [TestCase("sub -8; hex2dec", "FFFF04A22B1C", "77736732")]
    [TestCase("sub 2 -2", "AB1234CD", "1234")]
    [TestCase("sub -4 2", "AB1234CD", "34")]
    [TestCase("sub 0 4", "AB1234CD", "AB12")]
    [TestCase("dropprefix AB; dropsuffix cd", "AB1234CD", "1234")]
    [TestCase("dropprefix ';'; trimleft 0", ";0001234", "1234")]
    [TestCase("trimleft 0", "0000", "0")]
    [TestCase("match '^%B(\\d+)\\^'", "%B4711^NAME", "4711")]
    [TestCase("match '[0-9]{4}$'", "AB1234", "1234")]
    [TestCase("match 'it''s(.)'", "IT'S7", "7")]
    [TestCase("padleft 6 x", "12", "XXXX12")]
    public void Rule_makes_the_number_of_the_reader_text(string rule, string reader, string number) =>
        Assert.That(Good(rule).Apply(reader), Is.EqualTo(number));

    [TestCase("reverse", "ABC")]
    [TestCase("hex2dec", "12G4")]
    [TestCase("dec2hex", "12A4")]
    [TestCase("sub 4 8", "123456")]
    [TestCase("sub -9", "12345678")]
    [TestCase("match '^X'", "12345678")]
    [TestCase("dropprefix 1234", "1234")]
    public void Rule_gives_no_number_when_a_step_does_not_fit(string rule, string reader) => Assert.That(Good(rule).Apply(reader), Is.Null);

    [TestCase("hex2dex", 0, "unknown step")]
    [TestCase("reverse; foo 1", 9, "unknown step")]
    [TestCase("reverse 1", 8, "no more than 0")]
    [TestCase("sub", 3, "needs 1")]
    [TestCase("sub x", 4, "whole number")]
    [TestCase("sub 1 0", 6, "leaves nothing")]
    [TestCase("padleft 999", 8, "whole number from 1")]
    [TestCase("dropprefix ''", 11, "empty")]
    [TestCase("trimleft ab", 9, "one character")]
    [TestCase("match 'abc", 6, "not closed")]
    [TestCase("reverse;reverse;reverse;reverse;reverse;reverse;reverse;reverse;reverse;reverse;reverse;reverse;reverse;reverse;reverse;reverse;reverse", 128, "more than 16")]
    public void Rule_text_is_refused_with_the_place_of_the_fault(string rule, int position, string message)
    {
        CardRuleOutcome outcome = CardRule.Parse(rule);
        Assert.That(outcome, Is.TypeOf<CardRuleOutcome.Fault>());
        CardRuleOutcome.Fault fault = (CardRuleOutcome.Fault)outcome;
        Assert.That(fault.Position, Is.EqualTo(position));
        Assert.That(fault.Message, Does.Contain(message));
    }

    [Test]
    public void Rule_text_is_refused_when_the_expression_is_none() =>
        Assert.That(CardRule.Parse("match '(ab'"), Is.TypeOf<CardRuleOutcome.Fault>());

    [Test]
    public void Rule_gives_no_number_in_time_when_its_expression_explodes()
    {
        CardRule rule = Good("match '^(A+)+$'");
        Stopwatch watch = Stopwatch.StartNew();
        Assert.That(rule.Apply(new string('A', 100) + "!"), Is.Null);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public void Rule_text_reads_back_as_the_same_rule()
    {
        const string text = "match '^;(.*)\\?$'; sub -8 4; dropprefix ':''x'; padleft 10; padleft 12 '#'; trimleft 0; reverse; hex2dec; dec2hex";
        CardRule rule = Good(text);
        Assert.That(Good(rule.ToString()).Steps, Is.EqualTo(rule.Steps));
    }

    [Test]
    public void Rule_parser_never_throws_on_noise() =>
        Prop.ForAll<NonNull<string>>(noise => CardRule.Parse(noise.Get) is not null).QuickCheckThrowOnFailure();

    [Test]
    public void Rules_never_throw_on_any_reader_text()
    {
        CardRule[] rules = [.. new[] { "hex2dec", "dec2hex", "reverse", "sub -3 2", "sub 1 -1", "match '(.)$'", "dropsuffix 0", "padleft 128", "trimleft 0" }.Select(Good)];
        Prop.ForAll<NonNull<string>>(text => rules.All(rule => rule.Apply(text.Get) is null or { Length: > 0 })).QuickCheckThrowOnFailure();
    }

    private static CardRule Good(string text) => CardRule.Parse(text) switch
    {
        CardRuleOutcome.Good good => good.Rule,
        CardRuleOutcome.Fault fault => throw new AssertionException($"{fault.Position}: {fault.Message}"),
        _ => throw new AssertionException("no outcome"),
    };
}
