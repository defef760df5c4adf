using System.Globalization;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Language;

namespace CopyTrack.Server.Web;

/// <summary>
/// Texts, numbers, money and times of one request in the language of whoever asks, and in the time zone of the site. The English text is the key; a text without a
/// translation stays English. A literal key is found by a test in <c>T["…"]</c>, <c>words["…"]</c>, <c>.Count(n, "…", "…")</c> and <c>Words.Key("…")</c>.
/// </summary>
internal sealed class Words(string language, TimeZoneInfo zone, string currency)
{
    private static readonly CultureInfo s_english = CultureInfo.GetCultureInfo("en-GB");
    private static readonly CultureInfo s_german = CultureInfo.GetCultureInfo("de-DE");

    /// <summary>Two letters, for <c>lang</c>.</summary>
    public string Language { get; } = language == "de" ? "de" : "en";

    /// <summary>How numbers and dates are written.</summary>
    public CultureInfo Culture => Language == "de" ? s_german : s_english;

    /// <summary>Zone in which times are told.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>ISO 4217 code of money.</summary>
    public string Currency => currency;

    /// <summary>A text.</summary>
    public string this[string english] => Language == "de" ? GermanTexts.Of(english) : english;

    /// <summary>A text with values in the places <c>{0}</c>, <c>{1}</c>…; whole numbers are grouped, times are local.</summary>
    public string this[string english, params object?[] values] => string.Format(Culture, this[english], [.. values.Select(Shown)]);

    /// <summary>What an inner part of the program says of an error, as a sentence: translated, with a capital first (but for an address) and a full stop last.</summary>
    public string Sentence(string english)
    {
        string text = this[english];
        return text.Length == 0 ? text : (IsAddress(text) ? text : char.ToUpper(text[0], Culture) + text[1..]) + (text[^1] is '.' or '?' or '!' ? "" : ".");
    }

    private static bool IsAddress(string text) => text.IndexOf("://", StringComparison.Ordinal) is > 0 and var at && !text.AsSpan(0, at).Contains(' ');

    /// <summary>Sentences of inner parts that stand one to a line, each translated; a line may name first what it is about: "entry:7: its user name is missing".</summary>
    public string Lines(string lines) => string.Join('\n', lines.Split('\n').Select(line => this[line]));

    /// <summary>Marks a text that is kept in English and translated where it is shown.</summary>
    public static string Key(string english) => english;

    /// <summary>A text for a number of things: <paramref name="one"/> for 1, else <paramref name="many"/>; <c>{0}</c> is the number.</summary>
    public string Count(long number, string one, string many) => this[number == 1 ? one : many, number];

    /// <summary>A whole number with groups; empty for null.</summary>
    public string Number(long? value) => value?.ToString("N0", Culture) ?? "";

    /// <summary>A number with so many digits behind the point; empty for null.</summary>
    public string Number(decimal? value, int digits) => value?.ToString("N" + digits.ToString(CultureInfo.InvariantCulture), Culture) ?? "";

    /// <summary>A share of 1 in per cent.</summary>
    public string Percent(double? share, int digits = 0) => share is { } s && double.IsFinite(s) ? Number((decimal)Math.Round(s * 100, digits), digits) + " %" : "";

    /// <summary>Money of the site from millionths; empty for null.</summary>
    public string Money(long? micros) => micros is { } m ? $"{Number(m / 1_000_000m, 2)} {currency}" : "";

    /// <summary>A day: 3 Mar 2026, which no line breaks.</summary>
    public string Day(DateOnly? day) => day?.ToString(Language == "de" ? "d.\u00a0MMM\u00a0yyyy" : "d\u00a0MMM\u00a0yyyy", Culture) ?? "";

    /// <summary>A day without its year, short enough for an axis: 3 Mar, or 3.3. in German.</summary>
    public string ShortDay(DateOnly day) => day.ToString(Language == "de" ? "d.M." : "d MMM", Culture);

    /// <summary>A day by its weekday and number: Tue 3, or Di 3. in German.</summary>
    public string WeekDay(DateOnly day) => day.ToString(Language == "de" ? "ddd d." : "ddd d", Culture);

    /// <summary>The day of a time, at the site.</summary>
    public string Day(DateTimeOffset? at) => at is { } t ? Day(DateOnly.FromDateTime(Local(t).DateTime)) : "";

    /// <summary>A month: March 2026.</summary>
    public string Month(DateOnly month) => month.ToString("MMMM yyyy", Culture);

    /// <summary>Hour and minute at the site.</summary>
    public string Time(DateTimeOffset? at) => at is { } t ? Local(t).ToString("HH:mm", Culture) : "";

    /// <summary>Day and time at the site; with <paramref name="seconds"/> to the second. A line may break between the two. Empty for null.</summary>
    public string At(DateTimeOffset? at, bool seconds = false) => at is { } t ? $"{Day(t)} {Local(t).ToString(seconds ? "HH:mm:ss" : "HH:mm", Culture)}" : "";

    /// <summary>When something ended that began at <paramref name="began"/>: the time alone on the same day at the site, else day and time. Empty for null.</summary>
    public string End(DateTimeOffset began, DateTimeOffset? at, bool seconds = false) =>
        at is { } t && Local(t).Date == Local(began).Date ? Local(t).ToString(seconds ? "HH:mm:ss" : "HH:mm", Culture) : At(at, seconds);

    /// <summary>How long ago or how long something took, in its two largest units.</summary>
    public string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => this["{0} s", (long)Math.Max(0, span.TotalSeconds)],
        { TotalHours: < 1 } => this["{0} min", (long)span.TotalMinutes],
        { TotalDays: < 2 } => this["{0} h {1} min", (long)span.TotalHours, (long)span.Minutes],
        _ => Count((long)span.TotalDays, "{0} day", "{0} days"),
    };

    /// <summary>A time at the site.</summary>
    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone);

    /// <summary>The words of a request: its own choice, then the person's language, then what the browser asks for.</summary>
    internal static Words Of(HttpContext? context, ReportOptions site) => new(RequestLanguage.Of(context), site.TimeZone, site.Currency);

    private object? Shown(object? value) => value switch
    {
        int or long or short => string.Create(Culture, $"{value:N0}"),
        DateTimeOffset at => At(at),
        DateOnly day => Day(day),
        _ => value,
    };
}
