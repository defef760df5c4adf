using System.Diagnostics;
using CopyTrack.Identity.Cards;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Cards;

public sealed class CardRuleFinderTests
{
    private static readonly string[] Readers = ["04A22B1C", "F3019D77", "5B6C0E12", "00C9A4F1"];
    private static readonly string[] LongReaders = ["0104A22B1C5F6180", "01048877665544AA", "010411AB22CD33EF", "01049F01C2D3E4F5"];

    [TestCase("")]
    [TestCase("reverse")]
    [TestCase("hex2dec")]
    [TestCase("reverse; hex2dec")]
    [TestCase("hex2dec; padleft 10")]
    [TestCase("reverse; hex2dec; padleft 10")]
    [TestCase("sub -4; hex2dec")]
    [TestCase("sub 2; reverse; hex2dec; padleft 8")]
    [TestCase("hex2dec; sub -6")]
    public void Finder_finds_a_rule_that_fits_all_pairs(string rule) => FindsFor(rule, Readers);

    [TestCase("sub 2")]
    [TestCase("sub 2 8; reverse; hex2dec")]
    [TestCase("sub -8; hex2dec; padleft 10")]
    [TestCase("dropprefix 01; reverse")]
    public void Finder_finds_a_rule_when_the_reader_gives_more_than_the_number(string rule) => FindsFor(rule, LongReaders);

    [Test]
    public void Finder_prefers_the_shortest_rule()
    {
        CardRuleSearch search = CardRuleFinder.Find([.. Readers.Select(text => new CardPair(text, Apply("reverse; hex2dec", text)))]);
        Assert.That(((CardRuleSearch.Found)search).Rule.ToString(), Is.EqualTo("reverse; hex2dec"));
    }

    [Test]
    public void Finder_rule_fits_every_pair_for_any_cards()
    {
        Gen<uint> numbers = Gen.Choose(0, int.MaxValue).Select(n => unchecked((uint)n * 2654435761u));
        Prop.ForAll(numbers.ArrayOf(4).ToArbitrary(), cards =>
        {
            CardPair[] pairs = [.. cards.Distinct().Select(card => card.ToString("X8", null)).Select(text => new CardPair(text, Apply("reverse; hex2dec; padleft 10", text)))];
            return pairs.Length < 3 || (CardRuleFinder.Find(pairs) is CardRuleSearch.Found found && pairs.All(pair => found.Rule.Apply(pair.Reader) == pair.Directory));
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Finder_says_no_rule_when_the_numbers_have_nothing_in_common()
    {
        CardRuleSearch search = CardRuleFinder.Find([new("04A22B1C", "48151623"), new("F3019D77", "42000017"), new("5B6C0E12", "31415926")]);
        Assert.That(search, Is.TypeOf<CardRuleSearch.NoRule>());
        Assert.That(search.Hints, Is.Not.Empty);
    }

    [Test]
    public void Finder_names_the_pair_that_spoils_the_rule()
    {
        CardPair[] pairs = [.. Readers.Select(text => new CardPair(text, Apply("reverse; hex2dec", text)))];
        pairs[2] = new CardPair(pairs[2].Reader, "1234567");
        CardRuleSearch search = CardRuleFinder.Find(pairs);
        Assert.That(search, Is.TypeOf<CardRuleSearch.NoRule>());
        Assert.That(search.Hints, Has.Some.Contains("without pair 3"));
    }

    [Test]
    public void Finder_asks_for_three_different_cards() =>
        Assert.That(CardRuleFinder.Find([new("01", "1"), new("02", "2"), new("0:1", "1")]).Hints.Single(), Does.Contain("at least 3"));

    [Test]
    public void Finder_tells_contradictions_and_empty_texts()
    {
        CardRuleSearch search = CardRuleFinder.Find([new("01", "1"), new("01", "2"), new(" ", "3")]);
        Assert.That(search, Is.TypeOf<CardRuleSearch.NoRule>());
        Assert.That(search.Hints, Has.Some.Contains("pair 2 and pair 1"));
        Assert.That(search.Hints, Has.Some.Contains("pair 3"));
    }

    [Test]
    public void Finder_warns_of_random_uids()
    {
        CardRuleSearch search = CardRuleFinder.Find([new("08A22B1C", "08A22B1C"), new("F3019D77", "F3019D77"), new("5B6C0E12", "5B6C0E12")]);
        Assert.That(search, Is.TypeOf<CardRuleSearch.Found>());
        Assert.That(search.Hints.Single(), Does.Contain("random UID"));
    }

    [Test]
    public void Finder_ends_soon_on_the_longest_texts()
    {
        CardPair[] pairs = [.. Enumerable.Range(0, 3).Select(i => new CardPair(Convert.ToHexString([.. Enumerable.Range(0, 64).Select(j => (byte)((j * 37) + (i * 91)))]), $"99{i}7{i}31"))];
        Stopwatch watch = Stopwatch.StartNew();
        Assert.That(CardRuleFinder.Find(pairs), Is.TypeOf<CardRuleSearch.NoRule>());
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void Pairs_keep_their_numbers_out_of_texts() => Assert.That(new CardPair("04A22B1C", "4711").ToString(), Does.Not.Contain("04A22B1C").And.Not.Contain("4711"));

    private static void FindsFor(string rule, string[] readers)
    {
        CardPair[] pairs = [.. readers.Select(text => new CardPair(text.ToLowerInvariant(), Apply(rule, text)))];
        CardRuleSearch search = CardRuleFinder.Find(pairs);
        Assert.That(search, Is.TypeOf<CardRuleSearch.Found>(), string.Join("; ", search.Hints));
        CardRule found = ((CardRuleSearch.Found)search).Rule;
        TestContext.Out.WriteLine($"{rule} -> {found}");
        Assert.That(pairs.Select(pair => found.Apply(pair.Reader)), Is.EqualTo(pairs.Select(pair => pair.Directory)));
        Assert.That(found.Steps, Has.Length.LessThanOrEqualTo(((CardRuleOutcome.Good)CardRule.Parse(rule)).Rule.Steps.Length));
    }

    private static string Apply(string rule, string text) => ((CardRuleOutcome.Good)CardRule.Parse(rule)).Rule.Apply(text)!;
}
