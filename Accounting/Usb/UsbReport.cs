using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;

namespace CopyTrack.Accounting.Usb;

/// <summary>What a printer on USB told, as the record of a message. PJL and IPP know one lifetime total, in impressions as far as they say; what they do not say is left out.</summary>
public static class UsbReport
{
    private static BaseCounterSet Total(string profile) => new()
    {
        Profile = profile, ProfileVersion = 1,
        Counters = [new BaseCounter { Index = 0, Key = new CounterKey(PageFunction.Total, PageColor.Any, PageSize.Any, PageSides.Any, CounterUnit.Impressions), Role = CounterRole.Total, Oids = [] }],
    };

    /// <summary>From PJL and the device id of the port; the place is told as its location.</summary>
    public static FleetRecord FromPjl(string key, UsbDeviceId id, string? place, PjlAnswers answers, DateTimeOffset sentAt, DateTimeOffset at) => Record(
        key, "pjl", id.Serial, answers.Pages, Idle(answers.Code), sentAt, at,
        new DeviceIdentity(id.Maker, answers.Model ?? id.Model, id.Serial, null, null, null, null, place, null),
        new DeviceStatus(answers.Online == false ? "down" : "running", Idle(answers.Code) == true ? "idle" : "unknown", [], answers.Online == false || answers.Code is >= 40_000 and < 60_000 ? "warning" : "ready"), []);

    /// <summary>From IPP; null when it is no printer that says who it is.</summary>
    public static FleetRecord FromIpp(string key, ImmutableDictionary<string, ImmutableArray<string>> attributes, DateTimeOffset sentAt, DateTimeOffset at)
    {
        var id = UsbDeviceId.Parse(One("printer-device-id") ?? "");
        var state = One("printer-state");
        var reasons = attributes.GetValueOrDefault("printer-state-reasons", []).Where(r => r is not ("none" or "")).ToImmutableArray();
        var identity = new DeviceIdentity(id.Maker, One("printer-make-and-model") ?? id.Model, id.Serial, null, null, null, null, One("printer-location"), One("printer-firmware-string-version"));
        var status = new DeviceStatus(
            state == "5" ? "down" : reasons.Length > 0 ? "warning" : "running", state switch { "3" => "idle", "4" => "printing", _ => "other" }, [],
            state == "5" ? "down" : reasons.Any(r => !r.EndsWith("-report", StringComparison.Ordinal)) ? "warning" : "ready");
        return Record(key, "ipp", id.Serial, Number("printer-impressions-completed"), state is null ? null : state == "3", sentAt, at, identity, status, IppSupplies.Of(attributes));

        string? One(string name) => attributes.GetValueOrDefault(name, []) is [{ Length: > 0 } text, ..] ? text : null;

        long? Number(string name) => long.TryParse(One(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static FleetRecord Record(
        string key, string profile, string? serial, long? pages, bool? idle, DateTimeOffset sentAt, DateTimeOffset at, DeviceIdentity identity, DeviceStatus status, ImmutableArray<Supply> supplies) => new()
    {
        Key = key,
        Reading = pages is null ? null : new MeterReading
        {
            SentAt = sentAt, At = at, UpTime = null, Serial = serial, Idle = idle, Set = Total(profile), Values = [pages], Trigger = ReadingTrigger.Idle, Token = 0,
        },
        Inventory = new ProbeReport { Identity = identity, Profile = profile, Status = status, Supplies = supplies },
        InventoryAt = at,
    };

    /// <summary>10001 and 10002 are ready, 35078 power save; others may work.</summary>
    private static bool? Idle(int? code) => code switch { null => null, 10_000 or 10_001 or 10_002 or 35_078 => true, _ => false };
}
