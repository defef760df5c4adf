using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Profiles;

namespace CopyTrack.Accounting.Inventory;

/// <summary>Supplies of models that have no supply table but records in an octet string (seen: Brother's maintenance records): kind, 01, length, value; FF ends them.</summary>
internal static class RecordSupplies
{
    private const byte End = 0xFF;
    private const int HundredPercent = 100;

    /// <summary>The supplies that a device's records hold. <paramref name="prefix"/> is its hrDeviceIndex, the record's kind stands as the row; <paramref name="printsWithInk"/> makes ink of what profiles call toner.</summary>
    public static ImmutableArray<Supply> Read(MibView view, MeterProfile profile, uint prefix, bool printsWithInk)
    {
        var supplies = ImmutableArray.CreateBuilder<Supply>();
        // Models that print with ink fill the records of drums too, without having any.
        foreach (var rule in profile.SupplyRecords.Where(r => !printsWithInk || r.Kind is "toner" or "ink"))
        {
            if (view[rule.Object] is { } value && Find(value.AsBytes.Span, rule.Record) is { IsEmpty: false } content && Level(content, rule.LevelOfMax) is { } percent)
            {
                var kind = rule.Kind == "toner" && (printsWithInk || rule.LevelOfMax) ? "ink" : rule.Kind;
                supplies.Add(new Supply(
                    string.Create(CultureInfo.InvariantCulture, $"{prefix}.{rule.Record}"), null, kind, rule.Color, percent, "exact", HundredPercent, "percent", percent));
            }
        }

        return supplies.ToImmutable();
    }

    private static int? Level(ReadOnlySpan<byte> content, bool levelOfMax)
    {
        if (levelOfMax)
        {
            return content is [var level, > 0 and var most] && level <= most ? level * HundredPercent / most : null;
        }

        long hundredths = 0;
        foreach (var octet in content)
        {
            hundredths = (hundredths << 8) | octet;
        }

        return content.Length <= 4 && hundredths <= HundredPercent * 100 ? (int)(hundredths / 100) : null;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> records, byte kind)
    {
        while (records.Length >= 3 && records[0] != End && records[1] == 1 && records.Length >= 3 + records[2])
        {
            if (records[0] == kind)
            {
                return records.Slice(3, records[2]);
            }

            records = records[(3 + records[2])..];
        }

        return default;
    }
}
