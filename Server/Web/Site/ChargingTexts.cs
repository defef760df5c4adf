using CopyTrack.Accounting.Charging;

namespace CopyTrack.Server.Web.Site;

/// <summary>Words of limits, as keys of translation.</summary>
internal static class ChargingTexts
{
    public static string Kind(QuotaKind kind) => kind switch { QuotaKind.Person => Words.Key("person"), QuotaKind.Department => Words.Key("department"), _ => Words.Key("project") };

    public static string Period(QuotaPeriod period) => period switch
    {
        QuotaPeriod.Day => Words.Key("day"), QuotaPeriod.Month => Words.Key("month"), QuotaPeriod.Year => Words.Key("year"), _ => Words.Key("all time"),
    };
}
