using System.Globalization;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.Pages;

namespace CopyTrack.Server.Web.Site;

/// <summary>Values of the audit log that are words of a list, money, days or times, by the member that holds them: in the reader's language. Pure.</summary>
internal static class AuditValueWords
{
    /// <summary>The value of a member as people read it; one that is no word of the member's list stands as it is.</summary>
    public static string OfMember(Words words, string member, string value) => member switch
    {
        "mono" or "color" or "large" or "sheet" or "scan" or "fax" or "soft" or "hard" or "extra" => Amount(words, value),
        "from" or "until" => Day(words, value),
        "kind" => AlertTopics.KindOf(value) is { } kind ? Sentences(words).Kind(kind) : value,
        "severity" => AlertTopics.SeverityOf(value) is { } severity ? Sentences(words).Severity(severity) : value,
        "cards" => words.Count(value.Split(';').Length, "{0} card", "{0} cards"),
        "functions" => Each(words, value, AccessTexts.Function),
        "events" => Each(words, value, WebhooksModel.KindText),
        "quietDays" => string.Join(", ", value.Split(';').Select(d => Enum.TryParse(d, true, out DayOfWeek day) ? words.Culture.DateTimeFormat.GetDayName(day) : d)),
        "period" => Enum.TryParse(value, out QuotaPeriod period) ? words[ChargingTexts.Period(period)] : value,
        "role" => Role(words, value),
        "language" => value switch { "en" => "English", "de" => "Deutsch", _ => value },
        "recipients" => string.Join(", ", value.Split([";", ", "], StringSplitOptions.None).Select(r => r.Split(" at ") is [var count, var domain] ? words["{0} at {1}", count, domain] : r)),
        "escalateTo" or "devices" or "sites" or "groups" or "formats" or "which" => value.Replace(";", ", ", StringComparison.Ordinal),
        _ => value,
    };

    /// <summary>The only value of an action as people read it.</summary>
    public static string OfAction(Words words, string action, string value) => action switch
    {
        "account.add" or "account.role" or "role.choose" or "setupCode.add" or "token.add" => Role(words, value),
        "fleet.package.stage" or "fleet.package.halt" or "fleet.package.resume" or "webhook.pause" or "discovery.begin" => words[value],
        "fleet.node.add" => Placed(words, value),
        _ => value,
    };

    private static AlertSentences Sentences(Words words) => new(new ReportWords(words), words.Zone);

    private static string Amount(Words words, string value) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal amount) ? $"{amount.ToString("#,0.00####", words.Culture)} {words.Currency}" : value;

    private static string Day(Words words, string value) =>
        DateTimeOffset.TryParseExact(value, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset at) ? words.Day(at) : value;

    private static string Each(Words words, string value, Func<string, string> text) => string.Join(", ", value.Split(';').Select(one => words[text(one)]));

    /// <summary>A role, with its scope where it has one: "manager department=Sales".</summary>
    private static string Role(Words words, string value) => value.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space
        ? $"{words[RoleTexts.Role(value[..space])]}, {RoleTexts.Scope(words, value[(space + 1)..])}"
        : words[RoleTexts.Role(value)];

    /// <summary>A kind of place and its name: "dealer North".</summary>
    private static string Placed(Words words, string value) => value.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space ? $"{words[RoleTexts.Kind(value[..space])]} {value[(space + 1)..]}" : value;
}
