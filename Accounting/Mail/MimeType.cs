using System.Text;

namespace CopyTrack.Accounting.Mail;

/// <summary>The value of a Content-Type (RFC 2045 §5.1).</summary>
internal static class MimeType
{
    /// <summary>Type and subtype in lower case, and the boundary of a multipart or null. What can't be read is <c>application/octet-stream</c>.</summary>
    public static (string Kind, string? Boundary) Read(string value)
    {
        string? kind = null, boundary = null;
        foreach (var item in Items(value))
        {
            if (kind is null)
            {
                kind = item.Trim().ToLowerInvariant();
            }
            else if (item.Split('=', 2) is [var name, var text] && name.Trim().Equals("boundary", StringComparison.OrdinalIgnoreCase))
            {
                boundary ??= text.Trim();
            }
        }

        return (kind is { Length: > 0 and <= 127 } && kind.Contains('/', StringComparison.Ordinal) ? kind : "application/octet-stream", boundary);
    }

    // Cut at semicolons outside of quotes; quotes and backslashes inside of them are taken off.
    private static IEnumerable<string> Items(string value)
    {
        var item = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < value.Length; i++)
        {
            switch (value[i])
            {
                case '"':
                    quoted = !quoted;
                    break;
                case '\\' when quoted && i + 1 < value.Length:
                    item.Append(value[++i]);
                    break;
                case ';' when !quoted:
                    yield return item.ToString();
                    item.Clear();
                    break;
                default:
                    item.Append(value[i]);
                    break;
            }
        }

        yield return item.ToString();
    }
}
