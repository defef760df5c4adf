using System.Collections.Immutable;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Alerts;

/// <summary>What rules see of devices.</summary>
public sealed class SightingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Supply_is_low_by_what_is_left_or_by_the_days_that_it_lasts()
    {
        var facts = Facts([Supply("1.1", 10), Supply("1.2", 60), Supply("1.3", 61), Supply("1.4", null)]) with
        {
            Ends = new Dictionary<string, SupplyForecast> { ["1.2"] = new(103), ["1.3"] = new(110) },
        };
        var seen = Sightings.Of(new AlertRule { Kind = AlertKind.SupplyLow, Percent = 10, Days = 5 }, facts, Now, _ => false).ToArray();
        Assert.That(seen.Select(s => (s.Part, s.Holds)), Is.EqualTo(new (string, bool?)[] { ("supply/1.1", true), ("supply/1.2", true), ("supply/1.3", false), ("supply/1.4", null) }));
        Assert.That(seen[1].Detail, Is.EqualTo(new AlertDetail { Name = "Toner 1.2", Color = "black", Percent = 60, DaysLeft = 3 }));
    }

    [Test]
    public void Limit_is_wider_for_an_alert_that_stands()
    {
        var rule = new AlertRule { Kind = AlertKind.SupplyLow, Percent = 10 };
        var facts = Facts([Supply("1.1", 12)]);
        Assert.That(Sightings.Of(rule, facts, Now, _ => false).Single().Holds, Is.False);
        Assert.That(Sightings.Of(rule, facts, Now, p => p == "supply/1.1").Single().Holds, Is.True);
        Assert.That(Sightings.Of(rule, Facts([Supply("1.1", 16)]), Now, _ => true).Single().Holds, Is.False);
    }

    [Test]
    public void Rule_may_look_at_some_supplies_and_never_at_waste()
    {
        var facts = Facts([Supply("1.1", 1), Supply("1.2", 1) with { Kind = "drum" }, Supply("1.3", 1) with { Kind = "wasteToner" }, Supply("1.4", 1) with { Color = "cyan" }]);
        Assert.That(Parts(), Is.EqualTo(new[] { "supply/1.1", "supply/1.2", "supply/1.4" }));
        Assert.That(Parts("drum"), Is.EqualTo(new[] { "supply/1.2" }));
        Assert.That(Parts("cyan", "drum"), Is.EqualTo(new[] { "supply/1.2", "supply/1.4" }));

        string[] Parts(params string[] which) => [.. Sightings.Of(new AlertRule { Kind = AlertKind.SupplyLow, Percent = 10, Which = [.. which] }, facts, Now, _ => false).Select(s => s.Part)];
    }

    [Test]
    public void Tray_is_empty_when_it_says_so_and_unknown_is_not_empty()
    {
        var facts = Facts([]);
        facts = facts with { Report = facts.Report! with { Trays = [Tray("1", 0, "exact"), Tray("2", 5, "exact"), Tray("3", null, "someLeft"), Tray("4", null, "unknown")] } };
        Assert.That(Sightings.Of(new AlertRule { Kind = AlertKind.TrayEmpty }, facts, Now, _ => false).Select(s => s.Holds), Is.EqualTo(new bool?[] { true, false, false, null }));
    }

    [Test]
    public void Errors_are_those_that_stop_a_device_or_those_asked_for()
    {
        Assert.That(Error(["lowToner"], "warning").Holds, Is.False);
        Assert.That(Error(["jammed", "lowToner"], "stopped"), Is.EqualTo(new Sighting("", true, null, new AlertDetail { Reason = "jammed" })));
        Assert.That(Error([], "stopped").Detail.Reason, Is.EqualTo("stopped"));
        Assert.That(Error(["lowToner"], "stopped", "lowToner").Detail.Reason, Is.EqualTo("lowToner"));
        Assert.That(Error(["jammed"], "stopped", "lowToner").Holds, Is.False);
        Assert.That(Sightings.Of(new AlertRule { Kind = AlertKind.DeviceError }, Facts([]) with { AwaySince = Now }, Now, _ => false).Single().Holds, Is.Null, "it can't say");
    }

    [Test]
    public void Silence_counts_from_the_last_read_or_from_when_the_device_was_first_known()
    {
        var rule = new AlertRule { Kind = AlertKind.MeterMissing, After = TimeSpan.FromHours(24) };
        var facts = Facts([]) with { KnownSince = Now.AddHours(-30), ReadAt = Now.AddHours(-23) };
        Assert.That(See(facts).Holds, Is.False);
        Assert.That(See(facts with { ReadAt = Now.AddHours(-25) }).Since, Is.EqualTo(Now.AddHours(-25)));
        Assert.That(See(facts with { ReadAt = null }).Holds, Is.True);
        Assert.That(See(facts with { ReadAt = null, IsMetered = false }).Holds, Is.False);
        Assert.That(Sightings.OfAgent(rule with { Kind = AlertKind.AgentStale }, Now.AddHours(-24), Now).Holds, Is.True);

        Sighting See(DeviceFacts seen) => Sightings.Of(rule, seen, Now, _ => false).Single();
    }

    [Test]
    public void Device_that_never_told_anything_has_no_parts_and_ends_no_alert()
    {
        var facts = Facts([]) with { Report = null };
        Assert.That(Sightings.Of(new AlertRule { Kind = AlertKind.SupplyLow, Percent = 99 }, facts, Now, _ => false), Is.Empty);
        Assert.That(Sightings.IsGone(AlertKind.SupplyLow, facts), Is.False);
    }

    private static Sighting Error(ImmutableArray<string> errors, string summary, params string[] which)
    {
        var facts = Facts([]);
        return Sightings.Of(new AlertRule { Kind = AlertKind.DeviceError, Which = [.. which] }, facts with { Report = facts.Report! with { Status = new DeviceStatus("down", "other", errors, summary) } }, Now, _ => false).Single();
    }

    private static Supply Supply(string index, int? percent) => new(index, "Toner " + index, "toner", "black", null, "exact", null, null, percent);

    private static Tray Tray(string index, long? level, string kind) => new(index, null, null, level, kind, 500, "sheets", null);

    private static DeviceFacts Facts(ImmutableArray<Supply> supplies) => new(
        new ProbeReport { Identity = new DeviceIdentity("Invented", "X1", null, null, null, null, null, null, null), Status = new DeviceStatus("running", "idle", [], "ready"), Supplies = supplies },
        Now, Now, true, null, null, new Dictionary<string, SupplyForecast>(), 100);
}
