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

    /// <summary>The head of a table whose rows stand below each other on telephones; what they are to a reader they keep as roles. The heading <paramref name="number"/> stands right.</summary>
    public PageHtml Head(IReadOnlyList<string> heads, int? number = null)
    {
        Raw("<table role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">");
        for (var i = 0; i < heads.Count; i++)
        {
            Raw(i == number ? "<th scope=\"col\" role=\"columnheader\" class=\"n\">" : "<th scope=\"col\" role=\"columnheader\">").Text(heads[i]).Raw("</th>");
        }

        return Raw("</tr></thead><tbody role=\"rowgroup\">");
    }

    /// <summary>A cell of a table under its heading; numbers stand right.</summary>
    public PageHtml Cell(string head, string? text, bool number = false) => Begin(head, number).Text(text).Raw("</td>");

    /// <summary>Begins a cell under its heading.</summary>
    public PageHtml Begin(string head, bool number = false) => Raw(number ? "<td role=\"cell\" class=\"n\" data-th=\"" : "<td role=\"cell\" data-th=\"").Text(head).Raw("\">");

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
                Raw("<section><h2>").Text(title).Raw("</h2>").Head(heads);
            }

            Raw("<tr role=\"row\">");
            for (var i = 0; i < row.Length; i++)
            {
                Cell(heads[i], row[i]);
            }

            Raw("</tr>");
        }

        return begun ? Raw("</tbody></table></section>") : this;
    }

    public override string ToString() => _html.ToString();
}
