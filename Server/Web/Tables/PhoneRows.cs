using System.Text;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace CopyTrack.Server.Web.Tables;

/// <summary>
/// Makes a list of a <c>&lt;table class="rows"&gt;</c>, or of <c>rows brief</c>: on phones its rows stand below each other. Each cell gets the title of its column as <c>data-th</c> (none under a heading that
/// nobody sees), an empty one <c>data-none</c>, and table, rows and cells get their roles, which they lose otherwise where a style shows them as anything else. Headings get their scope.
/// </summary>
[HtmlTargetElement("table", Attributes = "[class='rows']")]
[HtmlTargetElement("table", Attributes = "[class='rows brief']")]
[HtmlTargetElement("table", Attributes = Marker)]
public sealed class PhoneRows : TagHelper
{
    // Says so of a table whose class is worked out.
    private const string Marker = "phone-rows";

    private const string Unseen = "class=\"unseen\"";

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        string content = (await output.GetChildContentAsync()).GetContent();
        output.Attributes.RemoveAll(Marker);
        output.Attributes.SetAttribute("role", "table");
        output.Content.SetHtmlContent(Marked(content));
    }

    /// <summary>The parts of a table as they are, with what rows and cells need. <paramref name="html"/> is of our own pages: a <c>&lt;</c> in a text or attribute is written as an entity.</summary>
    internal static string Marked(string html)
    {
        StringBuilder marked = new(html.Length + (html.Length / 2));
        List<string> titles = [];
        int done = 0, column = 0;
        for (int at = html.IndexOf('<', StringComparison.Ordinal); at >= 0; at = html.IndexOf('<', at + 1))
        {
            int end = html.IndexOf('>', at);
            if (end < 0)
            {
                break;
            }

            ReadOnlySpan<char> tag = html.AsSpan(at + 1, end - at - 1);
            string? more = Name(tag) switch
            {
                "thead" or "tbody" or "tfoot" => " role=\"rowgroup\"",
                "tr" => Row(out column),
                "th" when !tag.Contains("scope=\"row\"", StringComparison.Ordinal) => Heading(html, tag, end, titles),
                "td" => Cell(tag, titles, ref column) + (html.AsSpan(end + 1).TrimStart().StartsWith("</td>") ? " data-none" : ""),
                _ => null,
            };
            if (more is not null)
            {
                marked.Append(html, done, end - done).Append(more);
                done = end;
            }
        }

        return marked.Append(html, done, html.Length - done).ToString();
    }

    private static string Row(out int column)
    {
        column = 0;
        return " role=\"row\"";
    }

    private static string Heading(string html, ReadOnlySpan<char> tag, int end, List<string> titles)
    {
        int close = html.IndexOf("</th>", end, StringComparison.Ordinal);
        string inner = close < 0 ? "" : html[(end + 1)..close];
        titles.Add(inner.Contains(Unseen, StringComparison.Ordinal) ? "" : Text(inner));
        return tag.Contains("scope=", StringComparison.Ordinal) ? " role=\"columnheader\"" : " role=\"columnheader\" scope=\"col\"";
    }

    private static string Cell(ReadOnlySpan<char> tag, List<string> titles, ref int column)
    {
        string title = column < titles.Count ? titles[column] : "";
        int span = tag.IndexOf("colspan=\"", StringComparison.Ordinal);
        column += span >= 0 && tag[span + 9] is >= '1' and <= '9' ? tag[span + 9] - '0' : 1;
        return title.Length == 0 || span >= 0 ? " role=\"cell\"" : $" role=\"cell\" data-th=\"{title}\"";
    }

    /// <summary>The name of a tag that begins an element; empty for others.</summary>
    private static string Name(ReadOnlySpan<char> tag)
    {
        int length = tag.IndexOfAny(' ', '\n');
        return (length < 0 ? tag : tag[..length]) switch { "td" => "td", "tr" => "tr", "th" => "th", "thead" => "thead", "tbody" => "tbody", "tfoot" => "tfoot", _ => "" };
    }

    /// <summary>What is written between tags, as it is encoded.</summary>
    private static string Text(string inner)
    {
        StringBuilder text = new(inner.Length);
        bool inTag = false;
        foreach (char c in inner)
        {
            inTag = c == '<' || (inTag && c != '>');
            if (!inTag && c is not ('>' or '\n'))
            {
                text.Append(c);
            }
        }

        return text.ToString().Trim();
    }
}
