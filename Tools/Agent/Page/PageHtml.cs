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
    public PageHtml Term(string name, string? text) => Raw("<dt>").Text(name).Raw("</dt><dd>").Text(text ?? "–").Raw("</dd>");

    /// <summary>A section with a table; nothing without rows.</summary>
    public PageHtml Table(string title, string[] heads, IEnumerable<string?[]> rows)
    {
        var begun = false;
        foreach (var row in rows)
        {
            if (!begun)
            {
                begun = true;
                Raw("<section><h2>").Text(title).Raw("</h2><table><thead><tr>");
                foreach (var head in heads)
                {
                    Raw("<th scope=\"col\">").Text(head).Raw("</th>");
                }

                Raw("</tr></thead><tbody>");
            }

            Raw("<tr>");
            foreach (var cell in row)
            {
                Cell(cell);
            }

            Raw("</tr>");
        }

        return begun ? Raw("</tbody></table></section>") : this;
    }

    public override string ToString() => _html.ToString();
}
