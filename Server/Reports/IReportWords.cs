using System.Globalization;

namespace CopyTrack.Server.Reports;

/// <summary>The language of a reader: the English text is the key.</summary>
internal interface IReportWords
{
    /// <summary>How numbers, money and dates are written.</summary>
    CultureInfo Culture { get; }

    /// <summary>Tag of the language, as <c>de</c>.</summary>
    string Language { get; }

    /// <summary>The text in the reader's language; the key itself where there is none.</summary>
    string this[string english] { get; }
}

/// <summary>Gives the words of a language by its tag; English for any other.</summary>
internal interface IReportLanguages
{
    /// <summary>The words of the language.</summary>
    IReportWords Of(string? language);
}

/// <summary>English: what the keys say.</summary>
internal sealed class EnglishWords : IReportWords, IReportLanguages
{
    /// <summary>The one.</summary>
    public static EnglishWords Instance { get; } = new();

    /// <inheritdoc/>
    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo("en-GB");

    /// <inheritdoc/>
    public string Language => "en";

    /// <inheritdoc/>
    public string this[string english] => english;

    /// <inheritdoc/>
    public IReportWords Of(string? language) => this;
}
