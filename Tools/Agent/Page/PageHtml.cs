using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace CopyTrack.Agent.Page;

/// <summary>HTML where every text is encoded: what devices say is a stranger's word.</summary>
internal sealed class PageHtml
{
    private readonly StringBuilder _html = new(4096);

    /// <summary>Adds markup as it stands in this program.</summary>
    public PageHtml Raw(string markup)
    {
        _html.Append(markup);
        return this;
    }

    /// <summary>Adds a text.</summary>
    public PageHtml Text(string? text)
    {
        _html.Append(HtmlEncoder.Default.Encode(text ?? ""));
        return this;
    }

    /// <summary>A cell of a table; numbers stand right.</summary>
    public PageHtml Cell(string? text, bool number = false) => Raw(number ? "<td class=\"n\">" : "<td>").Text(text).Raw("</td>");

    /// <summary>A line of a list of terms.</summary>
    public PageHtml Term(string name, string? text) => Raw("<dt>").Text(name).Raw("</dt><dd>").Text(text ?? "unknown").Raw("</dd>");

    /// <summary>A number with its groups apart.</summary>
    public static string? Number(long? value) => value?.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A time in UTC.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public override string ToString() => _html.ToString();
}
