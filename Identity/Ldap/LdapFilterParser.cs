using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Identity.Ldap;

/// <summary>Reads filters that an admin wrote (RFC 4515).</summary>
internal ref struct LdapFilterParser(string text)
{
    private const int MaxLength = 8192, MaxDepth = 32, MaxParts = 1000;

    private readonly string _text = text.Trim();
    private int _at;
    private int _parts;

    public LdapFilter Read()
    {
        if (_text.Length > MaxLength)
        {
            throw new FormatException($"the filter is longer than {MaxLength} characters");
        }

        var filter = One(0);
        return _at == _text.Length ? filter : throw Fault("something follows the last bracket");
    }

    private LdapFilter One(int depth)
    {
        if (depth == MaxDepth || ++_parts > MaxParts)
        {
            throw Fault("too many brackets");
        }

        Expect('(');
        var filter = Peek() switch
        {
            '&' => new LdapFilter.And(Many(depth)),
            '|' => new LdapFilter.Or(Many(depth)),
            '!' => Negated(depth),
            _ => Item(),
        };
        Expect(')');
        return filter;
    }

    private LdapFilter.Not Negated(int depth)
    {
        _at++;
        return new LdapFilter.Not(One(depth + 1));
    }

    private ImmutableArray<LdapFilter> Many(int depth)
    {
        _at++;
        var parts = ImmutableArray.CreateBuilder<LdapFilter>();
        while (Peek() == '(')
        {
            parts.Add(One(depth + 1));
        }

        return parts.Count > 0 ? parts.ToImmutable() : throw Fault("an empty list");
    }

    private LdapFilter Item()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '-' or '.' or ';' or '_'))
        {
            _at++;
        }

        var attribute = _text[start.._at];
        if (Peek() == ':')
        {
            return Extensible(attribute.Length == 0 ? null : attribute);
        }

        if (attribute.Length == 0)
        {
            throw Fault("the name of an attribute is missing");
        }

        switch (Peek())
        {
            case '>':
                Expect('>', '=');
                return new LdapFilter.AtLeast(attribute, Whole());
            case '<':
                Expect('<', '=');
                return new LdapFilter.AtMost(attribute, Whole());
            case '~':
                Expect('~', '=');
                return new LdapFilter.Approximate(attribute, Whole());
            default:
                Expect('=');
                return Matched(attribute);
        }
    }

    private LdapFilter.Rule Extensible(string? attribute)
    {
        // attr [":dn"] [":" rule] ":=" value   RFC 4515 §3
        var (rule, dn) = ((string?)null, false);
        while (true)
        {
            Expect(':');
            if (Peek() == '=')
            {
                _at++;
                break;
            }

            var start = _at;
            while (_at < _text.Length && _text[_at] is not (':' or ')' or '('))
            {
                _at++;
            }

            var part = _text[start.._at];
            (rule, dn) = part.Equals("dn", StringComparison.OrdinalIgnoreCase) ? (rule, true)
                : part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-') && rule is null ? (part, dn)
                : throw Fault("a matching rule that is none");
        }

        return attribute is null && rule is null ? throw Fault("neither attribute nor rule") : new LdapFilter.Rule(attribute, rule, dn, Whole());
    }

    private LdapFilter Matched(string attribute)
    {
        var pieces = new List<byte[]>();
        while (true)
        {
            pieces.Add(Value());
            if (Peek() != '*')
            {
                break;
            }

            _at++;
        }

        if (pieces.Count == 1)
        {
            return new LdapFilter.Equal(attribute, pieces[0]);
        }

        if (pieces is [[], []])
        {
            return new LdapFilter.Present(attribute);
        }

        ImmutableArray<ReadOnlyMemory<byte>> middle = [.. pieces[1..^1].Where(p => p.Length > 0).Select(p => (ReadOnlyMemory<byte>)p)];
        return new LdapFilter.Parts(attribute, Piece(pieces[0]), middle, Piece(pieces[^1]));

        static ReadOnlyMemory<byte>? Piece(byte[] piece) => piece.Length > 0 ? piece : default(ReadOnlyMemory<byte>?);
    }

    private byte[] Whole() => Value() is var value && Peek() == '*' ? throw Fault("a star where none may be") : value;

    private byte[] Value()
    {
        var bytes = new List<byte>();
        Span<byte> utf8 = stackalloc byte[4];
        while (_at < _text.Length && _text[_at] is not (')' or '*' or '('))
        {
            if (_text[_at] == '\\')
            {
                var hex = _at + 2 < _text.Length ? _text.AsSpan(_at + 1, 2) : default;
                if (hex.Length != 2 || !char.IsAsciiHexDigit(hex[0]) || !char.IsAsciiHexDigit(hex[1]))
                {
                    throw Fault("a backslash without two hexadecimal digits");
                }

                bytes.Add(Convert.FromHexString(hex)[0]);
                _at += 3;
                continue;
            }

            if (Rune.DecodeFromUtf16(_text.AsSpan(_at), out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                throw Fault("half a character");
            }

            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            _at += used;
        }

        return [.. bytes];
    }

    private readonly char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private void Expect(params ReadOnlySpan<char> signs)
    {
        foreach (var sign in signs)
        {
            if (Peek() != sign)
            {
                throw Fault($"'{sign}' is missing");
            }

            _at++;
        }
    }

    private readonly FormatException Fault(string what) => new($"{what} (at character {_at + 1})");
}
