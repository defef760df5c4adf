using System.Globalization;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Charging;

/// <summary>A price list as it is entered: amounts in the currency, names in lists. An empty list holds for all.</summary>
internal sealed record PriceListInput
{
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? Until { get; init; }
    public decimal? Mono { get; init; }
    public decimal? Color { get; init; }
    public decimal? LargeSurcharge { get; init; }
    public decimal? Sheet { get; init; }
    public decimal? Scan { get; init; }
    public decimal? Fax { get; init; }
    public IReadOnlyList<string>? Devices { get; init; }
    public IReadOnlyList<string>? Sites { get; init; }
    public IReadOnlyList<string>? Groups { get; init; }
}

/// <summary>A limit as it is entered: amounts in the currency. With neither soft nor hard it is taken away.</summary>
internal sealed record QuotaInput
{
    public string? Period { get; init; }
    public decimal? Soft { get; init; }
    public decimal? Hard { get; init; }
    public decimal? Extra { get; init; }
}

/// <summary>What happens at a device when a hard limit is used up in the middle of a session.</summary>
internal sealed record AtZeroInput
{
    public string? AtZero { get; init; }
}

/// <summary>Something entered that can't be taken; the message names it and says what to enter instead.</summary>
internal sealed class ChargingFault(string message) : Exception(message);

/// <summary>Checks what people and programs enter about prices and limits. Throws <see cref="ChargingFault"/>.</summary>
internal static class ChargingInputs
{
    private const decimal Most = 1_000_000m, Micros = 1_000_000m;
    private const int MostNames = 500, MostName = 256;

    /// <summary>The row of a list called <paramref name="name"/>.</summary>
    public static PriceListRow Row(long orgId, string name, PriceListInput input, DateTimeOffset now)
    {
        var from = Time("from", input.From) ?? now;
        var until = Time("until", input.Until);
        return until <= from ? throw new ChargingFault("'until' is not after 'from'")
            : new PriceListRow
            {
                Id = 0, OrgId = orgId, Name = Name("name", name), NameFolded = NameFolding.Fold(name), ValidFrom = from, ValidUntil = until,
                Mono = Amount("mono", input.Mono) ?? 0, Color = Amount("color", input.Color) ?? 0, LargeSurcharge = Amount("largeSurcharge", input.LargeSurcharge) ?? 0,
                Sheet = Amount("sheet", input.Sheet) ?? 0, Scan = Amount("scan", input.Scan) ?? 0, Fax = Amount("fax", input.Fax) ?? 0,
                Devices = Names("devices", input.Devices), Sites = Names("sites", input.Sites), Groups = Names("groups", input.Groups),
            };
    }

    /// <summary>An amount in millionths; null stays null.</summary>
    public static long? Amount(string member, decimal? value) => value switch
    {
        null => null,
        < 0 or > Most => throw new ChargingFault(string.Create(CultureInfo.InvariantCulture, $"'{member}' is not an amount from 0 to {Most}")),
        { } amount when decimal.Round(amount * Micros) != amount * Micros => throw new ChargingFault($"'{member}' has more than six decimals"),
        { } amount => (long)(amount * Micros),
    };

    /// <summary>Millionths as an amount.</summary>
    public static decimal? Money(long? micros) => micros is { } m ? m / Micros : null;

    /// <summary>The period of its word.</summary>
    public static QuotaPeriod Period(string? word) => word switch
    {
        null or "month" => QuotaPeriod.Month,
        "day" => QuotaPeriod.Day,
        "year" => QuotaPeriod.Year,
        "ever" => QuotaPeriod.Ever,
        _ => throw new ChargingFault("'period' is none of day, month, year, ever"),
    };

    /// <summary>True for lock, false for finish.</summary>
    public static bool Locks(string? word) => word switch
    {
        "lock" => true,
        "finish" => false,
        _ => throw new ChargingFault("'atZero' is neither finish (the job ends, the next login is refused) nor lock (the panel is locked within seconds)"),
    };

    private static DateTimeOffset? Time(string member, DateTimeOffset? time) => time is { } t && t.Year is < 1970 or > 9000 ? throw new ChargingFault($"'{member}' is no date that can be") : time;

    private static string? Names(string member, IReadOnlyList<string>? names)
    {
        if (names is not { Count: > 0 })
        {
            return null;
        }

        return names.Count > MostNames ? throw new ChargingFault($"'{member}' has more than {MostNames} names") : string.Join(';', names.Select(n => Name(member, n)));
    }

    private static string Name(string member, string name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > MostName || name.Contains(';', StringComparison.Ordinal) || name.Any(c => char.IsControl(c) || char.IsSurrogate(c))
            ? throw new ChargingFault($"'{member}' holds a name that is empty, longer than {MostName} signs, or has a semicolon or a sign that can't be shown") : name.Trim();
}
