using System.Globalization;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Web.Language;

/// <summary>The words of the pages, for reports that are files and mails.</summary>
internal sealed class ReportWords(Words words) : IReportWords
{
    /// <inheritdoc/>
    public CultureInfo Culture => words.Culture;

    /// <inheritdoc/>
    public string Language => words.Language;

    /// <inheritdoc/>
    public string this[string english] => words[english];
}

/// <summary>Words by the tag of a language, for what is made without a request.</summary>
internal sealed class ReportLanguages(ReportOptions options) : IReportLanguages
{
    /// <inheritdoc/>
    public IReportWords Of(string? language) => new ReportWords(new Words(language ?? "en", options.TimeZone, options.Currency));
}
