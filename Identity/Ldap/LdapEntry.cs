using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Identity.Ldap;

/// <summary>An entry of a search result (RFC 4511 §4.5.2): its name and attributes as slices of the message that held it. Immutable.</summary>
public sealed class LdapEntry
{
    /// <summary>Most attributes of an entry, and most values of all of them together.</summary>
    public const int MaxAttributes = 4096, MaxValues = 2_000_000;

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _message;
    private readonly (int Start, int Length, int FirstValue, int Values)[] _attributes;
    private readonly (int Start, int Length)[] _values;

    private LdapEntry(ReadOnlyMemory<byte> message, string dn, (int, int, int, int)[] attributes, (int, int)[] values) =>
        (_message, Dn, _attributes, _values) = (message, dn, attributes, values);

    /// <summary>The distinguished name as the server wrote it. It holds names of people: not for logs.</summary>
    public string Dn { get; }

    /// <summary>Descriptions of all attributes, with their options (<c>member;range=0-1499</c>).</summary>
    public IEnumerable<string> Names => _attributes.Select(a => Encoding.UTF8.GetString(_message.Span.Slice(a.Start, a.Length)));

    /// <summary>
    /// Reads the content of a SearchResultEntry that begins at <paramref name="start"/> of <paramref name="message"/>, which must stay as it is.
    /// Throws <see cref="LdapFormatException"/>.
    /// </summary>
    internal static LdapEntry Read(ReadOnlyMemory<byte> message, int start, int length)
    {
        var reader = new BerReader(message.Span.Slice(start, length));
        var dn = reader.ReadText();
        var body = reader.Read(BerTag.Sequence);
        var bodyStart = start + reader.Position - body.Length;
        reader.End("an entry");
        var (count, all) = Measure(body);
        var (attributes, values) = (new (int, int, int, int)[count], new (int, int)[all]);
        (count, all) = (0, 0);
        var list = new BerReader(body);
        while (!list.IsEmpty)
        {
            var attribute = list.Read(BerTag.Sequence);
            var at = bodyStart + list.Position - attribute.Length;
            var inner = new BerReader(attribute);
            var name = inner.Read(BerTag.OctetString);
            var nameStart = at + inner.Position - name.Length;
            var set = inner.Read(BerTag.Set);
            var setStart = at + inner.Position - set.Length;
            var first = all;
            var vals = new BerReader(set);
            while (!vals.IsEmpty)
            {
                var value = vals.Read(BerTag.OctetString);
                values[all++] = (setStart + vals.Position - value.Length, value.Length);
            }

            attributes[count++] = (nameStart, name.Length, first, all - first);
        }

        return new LdapEntry(message, dn, attributes, values);
    }

    /// <summary>How many attributes and values there are, all of them well formed: walking twice costs less than lists that grow.</summary>
    private static (int Attributes, int Values) Measure(ReadOnlySpan<byte> body)
    {
        var (attributes, values) = (0, 0);
        var list = new BerReader(body);
        while (!list.IsEmpty)
        {
            if (++attributes > MaxAttributes)
            {
                throw new LdapFormatException($"an entry of more than {MaxAttributes} attributes");
            }

            var inner = new BerReader(list.Read(BerTag.Sequence));
            inner.Read(BerTag.OctetString);
            var vals = new BerReader(inner.Read(BerTag.Set));
            inner.End("an attribute");
            while (!vals.IsEmpty)
            {
                if (++values > MaxValues)
                {
                    throw new LdapFormatException($"an entry of more than {MaxValues} values");
                }

                vals.Read(BerTag.OctetString);
            }
        }

        return (attributes, values);
    }

    /// <summary>An entry made of texts, for tests and rules.</summary>
    public static LdapEntry Of(string dn, params (string Name, string[] Values)[] attributes) =>
        OfBytes(dn, [.. attributes.Select(a => (a.Name, a.Values.Select(Encoding.UTF8.GetBytes).ToArray()))]);

    /// <summary>An entry made of octets.</summary>
    public static LdapEntry OfBytes(string dn, params (string Name, byte[][] Values)[] attributes)
    {
        var bytes = new MemoryStream();
        var (names, values) = (new List<(int, int, int, int)>(), new List<(int, int)>());
        foreach (var (name, all) in attributes)
        {
            var text = Encoding.UTF8.GetBytes(name);
            names.Add(((int)bytes.Length, text.Length, values.Count, all.Length));
            bytes.Write(text);
            foreach (var value in all)
            {
                values.Add(((int)bytes.Length, value.Length));
                bytes.Write(value);
            }
        }

        return new LdapEntry(bytes.ToArray(), dn, [.. names], [.. values]);
    }

    /// <summary>How many values the attribute has; names are compared without regard to case (RFC 4512 §2.5).</summary>
    public int Count(string name) => Find(name).Values;

    /// <summary>The values in the server's order, which means nothing; empty when there are none.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Values(string name)
    {
        var found = Find(name);
        for (var i = 0; i < found.Values; i++)
        {
            var (start, length) = _values[found.FirstValue + i];
            yield return _message.Slice(start, length);
        }
    }

    /// <summary>The first value as text; null when there is none or it is no UTF-8.</summary>
    public string? Text(string name)
    {
        var found = Find(name);
        return found.Values == 0 ? null : ToText(_message.Span.Slice(_values[found.FirstValue].Start, _values[found.FirstValue].Length));
    }

    /// <summary>The values that are UTF-8, as texts.</summary>
    public ImmutableArray<string> Texts(string name) => [.. Values(name).Select(v => ToText(v.Span)).OfType<string>()];

    /// <summary>The first value; null when there is none.</summary>
    public ReadOnlyMemory<byte>? First(string name)
    {
        var found = Find(name);
        return found.Values == 0 ? default(ReadOnlyMemory<byte>?) : _message.Slice(_values[found.FirstValue].Start, _values[found.FirstValue].Length);
    }

    /// <summary>Strict UTF-8; null for octets that are none.</summary>
    internal static string? ToText(ReadOnlySpan<byte> value)
    {
        try
        {
            return s_strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private (int FirstValue, int Values) Find(string name)
    {
        var span = _message.Span;
        foreach (var (start, length, first, count) in _attributes)
        {
            if (length == name.Length && Ascii.EqualsIgnoreCase(span.Slice(start, length), name))
            {
                return (first, count);
            }
        }

        return (0, 0);
    }
}
