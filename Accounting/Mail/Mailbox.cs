using System.Buffers;
using System.Globalization;

namespace CopyTrack.Accounting.Mail;

/// <summary>An address that mail can go to, with a name to show. Made by <see cref="TryParse"/> only, so that what is in one can stand in a command and in a header.</summary>
public sealed record Mailbox
{
    // RFC 5321 §4.5.3.1: 64 octets before the @, 255 behind it, 254 in all that fit a path.
    private const int MostLocal = 64, MostAddress = 254, MostName = 200;

    private static readonly SearchValues<char> LocalCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.");

    private Mailbox(string address, string? name) => (Address, Name) = (address, name);

    /// <summary>The address: a dot-atom, @, and a domain in ASCII (RFC 5321 §4.1.2).</summary>
    public string Address { get; }

    /// <summary>The name to show, any text, or null.</summary>
    public string? Name { get; }

    /// <summary>The part behind the @.</summary>
    public string Domain => Address[(Address.LastIndexOf('@') + 1)..];

    /// <summary>
    /// Reads an address such as <c>anna@example.org</c>; a domain with letters beyond ASCII becomes its ASCII form. Null for anything that is none:
    /// blanks, line ends, brackets, quotes, comments, letters beyond ASCII before the @ (few servers take them), too long.
    /// </summary>
    public static Mailbox? TryParse(string? address, string? name = null)
    {
        if (address is null || address.Length > MostAddress || address.LastIndexOf('@') is var at && at is < 1 or > MostLocal)
        {
            return null;
        }

        var local = address.AsSpan(0, at);
        if (local.ContainsAnyExcept(LocalCharacters) || local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal)
            || Ascii(address[(at + 1)..]) is not { } domain || at + 1 + domain.Length > MostAddress)
        {
            return null;
        }

        var shown = HeaderText.Clean(name ?? "");
        return new Mailbox($"{local}@{domain}", shown.Length == 0 ? null : shown.Length > MostName ? shown[..MostName] : shown);
    }

    /// <inheritdoc/>
    public override string ToString() => Address;

    private static string? Ascii(string domain)
    {
        try
        {
            var ascii = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(domain);
            return ascii.Length == 0 || ascii[^1] == '.' ? null : ascii.ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
