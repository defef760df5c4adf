using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CopyTrack.Server.Api;

/// <summary>Cursors of lists: the key of the last item, opaque to the caller. A changed one is harmless: it is only a place in an order.</summary>
internal static class Cursor
{
    /// <summary>The cursor after a key of one or more parts.</summary>
    public static string Of(params ReadOnlySpan<string> parts) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('\n', parts!)));

    /// <summary>The cursor after a number.</summary>
    public static string Of(long id) => Of(id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The parts of a cursor, null when there is none; throws <see cref="ApiProblem"/> when it is not one of ours.</summary>
    public static string[]? Read(string? text, int parts)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (text.Length <= 1500 && Base64Url.IsValid(text))
        {
            string[] found = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\n');
            if (found.Length == parts)
            {
                return found;
            }
        }

        throw Bad();
    }

    /// <summary>A number out of a cursor.</summary>
    public static long Number(string part) => long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n) ? n : throw Bad();

    private static ApiProblem Bad() => ApiProblem.BadRequest("The cursor is not one that this list gave.", "Use 'next' of the page before, or leave 'cursor' out to begin.");
}
