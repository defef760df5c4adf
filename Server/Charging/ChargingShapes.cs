using System.Text.Json;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Charging;

/// <summary>A price list as it is told: amounts in the currency, empty lists where it holds for all.</summary>
internal sealed record PriceListShape(
    string Name, DateTimeOffset From, DateTimeOffset? Until, string Currency, decimal Mono, decimal Color, decimal LargeSurcharge, decimal Sheet, decimal Scan, decimal Fax,
    IReadOnlyList<string> Devices, IReadOnlyList<string> Sites, IReadOnlyList<string> Groups);

/// <summary>A limit as it is told. Held is set aside for sessions and jobs that run now and counts against what is left.</summary>
internal sealed record QuotaShape(
    string Kind, string Subject, string Period, decimal? Soft, decimal? Hard, decimal Extra, decimal Used, decimal Held, decimal? Left, bool Warning, string Currency);

/// <summary>How copy tracking is licensed; the reason is null while it is.</summary>
internal sealed record LicenceShape(bool Licensed, string? Id, string? Customer, DateTimeOffset? Until, string? Reason);

/// <summary>What the API and the command line tell of prices, limits and the licence.</summary>
internal static class ChargingShapes
{
    /// <summary>The list.</summary>
    public static PriceListShape Of(PriceListRow r, string currency) => new(
        r.Name, r.ValidFrom, r.ValidUntil, currency, Money(r.Mono), Money(r.Color), Money(r.LargeSurcharge), Money(r.Sheet), Money(r.Scan), Money(r.Fax), Names(r.Devices), Names(r.Sites), Names(r.Groups));

    /// <summary>The limit.</summary>
    public static QuotaShape Of(QuotaRow q, string currency) => new(
        Kind((QuotaKind)q.Kind), q.Name ?? q.Subject, JsonNamingPolicy.CamelCase.ConvertName(((QuotaPeriod)q.Period).ToString()), ChargingInputs.Money(q.SoftMicros), ChargingInputs.Money(q.HardMicros),
        Money(q.ExtraMicros), Money(q.Used), Money(q.Held), ChargingInputs.Money(q.Use.Left), q.Use.IsWarning, currency);

    /// <summary>The licence of now.</summary>
    public static LicenceShape Of(Licence licence)
    {
        var entitlement = licence.Entitlement(out var reason);
        return new LicenceShape(licence.IsActive, entitlement?.Id, entitlement?.Customer, entitlement?.Until, reason ?? (licence.IsActive ? null : "it does not hold today"));
    }

    /// <summary>The word for a kind of limit.</summary>
    public static string Kind(QuotaKind kind) => kind switch { QuotaKind.Person => "user", QuotaKind.Department => "department", _ => "project" };

    private static decimal Money(long micros) => ChargingInputs.Money(micros)!.Value;

    private static string[] Names(string? names) => names?.Split(';') ?? [];
}
