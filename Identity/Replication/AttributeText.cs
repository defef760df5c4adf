using System.Collections.Immutable;
using System.Text;
using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>
/// How one text of a person is made of attributes: alternatives between <c>|</c>, of which the first that gives something counts; each the name
/// of an attribute, or a text with attributes in braces, as <c>{givenName} {sn}</c>. <c>{realm}</c> is the directory's Kerberos realm.
/// </summary>
public sealed class AttributeText
{
    private const int MaxLength = 512;
    private readonly ImmutableArray<ImmutableArray<(bool IsAttribute, string Text)>> _alternatives;
    private readonly string _text;

    private AttributeText(string text, ImmutableArray<ImmutableArray<(bool, string)>> alternatives) => (_text, _alternatives) = (text, alternatives);

    /// <summary>Nothing: the attribute is not the directory's.</summary>
    public static AttributeText None { get; } = new("", []);

    /// <summary>True when the directory has no say in this text.</summary>
    public bool IsNone => _alternatives.IsEmpty;

    /// <summary>The attributes that are needed.</summary>
    public IEnumerable<string> Attributes => _alternatives.SelectMany(a => a).Where(p => p.IsAttribute && p.Text != "realm").Select(p => p.Text);

    /// <summary>Reads the text; throws <see cref="FormatException"/> that says what is wrong.</summary>
    public static AttributeText Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return None;
        }

        return text.Length > MaxLength ? throw new FormatException($"longer than {MaxLength} characters")
            : new AttributeText(text.Trim(), [.. text.Split('|', StringSplitOptions.TrimEntries).Select(Alternative)]);
    }

    /// <summary>The text of an entry, trimmed; null when no alternative gives one.</summary>
    public string? Of(LdapEntry entry, string? realm)
    {
        foreach (var alternative in _alternatives)
        {
            if (alternative is [(true, var name)])
            {
                if (Value(entry, name, realm) is { } single)
                {
                    return single;
                }

                continue;
            }

            var (text, whole) = (new StringBuilder(), true);
            foreach (var (isAttribute, part) in alternative)
            {
                var value = isAttribute ? Value(entry, part, realm) : part;
                whole &= value is not null;
                text.Append(value);
            }

            if (whole)
            {
                return text.ToString();
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static string? Value(LdapEntry entry, string name, string? realm) =>
        name == "realm" ? realm : entry.Text(name)?.Trim() is { Length: > 0 } text ? text : null;

    private static ImmutableArray<(bool, string)> Alternative(string text)
    {
        if (!text.Contains('{', StringComparison.Ordinal) && !text.Contains('}', StringComparison.Ordinal))
        {
            return [(true, Name(text))];
        }

        var parts = ImmutableArray.CreateBuilder<(bool, string)>();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at);
            if (open != at)
            {
                parts.Add((false, text[at..(open < 0 ? text.Length : open)]));
                at = open < 0 ? text.Length : open;
                continue;
            }

            var close = text.IndexOf('}', at);
            parts.Add((true, Name(close < 0 ? "" : text[(at + 1)..close])));
            at = close + 1;
        }

        return parts.ToImmutable();
    }

    private static string Name(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or ';' or '.' or '_')
        ? text
        : throw new FormatException($"'{text}' is no name of an attribute");
}
