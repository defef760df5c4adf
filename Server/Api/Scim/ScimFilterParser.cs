using System.Text.Json;
using System.Text.Json.Nodes;

namespace CopyTrack.Server.Api.Scim;

/// <summary>Reads filters and paths of changes (RFC 7644 §3.4.2.2 and §3.5.2), bounded in length and depth. Throws <see cref="ScimProblem"/>.</summary>
internal sealed class ScimFilterParser
{
    private const int MaxLength = 2000, MaxDepth = 20;
    private static readonly string[] s_operators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];

    private readonly string _text;
    private int _at;
    private int _depth;

    public ScimFilterParser(string text) => _text = text.Length <= MaxLength ? text : throw ScimProblem.BadFilter($"a filter of more than {MaxLength} characters");

    /// <summary>A filter and nothing behind it.</summary>
    public ScimFilter Whole()
    {
        var filter = Or();
        Skip();
        return _at == _text.Length ? filter : throw Fault("the end is expected");
    }

    /// <summary>The path of a change: an attribute, with a filter of its values in brackets and a part of them.</summary>
    public (ScimPath Path, ScimFilter? Which) ChangePath()
    {
        var path = Path();
        ScimFilter? which = null;
        if (_at < _text.Length && _text[_at] == '[')
        {
            which = Bracket();
            if (_at < _text.Length && _text[_at] == '.')
            {
                _at++;
                path = path with { Sub = Word() };
            }
        }

        return _at == _text.Length ? (path, which) : throw ScimProblem.BadPath($"a path that can't be read at character {_at + 1}");
    }

    private ScimFilter Or()
    {
        if (++_depth > MaxDepth)
        {
            throw Fault("too deep");
        }

        var left = And();
        while (Keyword("or"))
        {
            left = new ScimFilter.Either(left, And());
        }

        _depth--;
        return left;
    }

    private ScimFilter And()
    {
        var left = One();
        while (Keyword("and"))
        {
            left = new ScimFilter.Both(left, One());
        }

        return left;
    }

    private ScimFilter One()
    {
        Skip();
        if (Keyword("not"))
        {
            Skip();
            return Next() == '(' ? new ScimFilter.Not(Group()) : throw Fault("'(' is expected behind not");
        }

        if (Next() == '(')
        {
            return Group();
        }

        var path = Path();
        if (Next() == '[')
        {
            return new ScimFilter.Within(path, Bracket());
        }

        if (Keyword("pr"))
        {
            return new ScimFilter.Present(path);
        }

        Skip();
        var name = Word().ToLowerInvariant();
        return s_operators.Contains(name, StringComparer.Ordinal) ? new ScimFilter.Compare(path, name, Value()) : throw Fault("there is no such operator");
    }

    private ScimFilter Group()
    {
        _at++;
        var inner = Or();
        Skip();
        return Next() == ')' && ++_at > 0 ? inner : throw Fault("')' is expected");
    }

    private ScimFilter Bracket()
    {
        _at++;
        var inner = Or();
        Skip();
        return Next() == ']' && ++_at > 0 ? inner : throw Fault("']' is expected");
    }

    private ScimPath Path()
    {
        Skip();
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is ':' or '.' or '-' or '_' or '$'))
        {
            _at++;
        }

        var text = _text[start.._at];
        var colon = text.LastIndexOf(':');
        var urn = colon < 0 ? null : text[..colon];
        var parts = text[(colon + 1)..].Split('.');
        if (parts.Length > 2 || parts.Any(p => p.Length == 0 || !char.IsAsciiLetter(p[0]) && p[0] != '$') || (urn is not null && !urn.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)))
        {
            throw Fault("an attribute is expected");
        }

        return new ScimPath(parts[0], parts.Length == 2 ? parts[1] : null, ScimSchemas.IsCore(urn) ? null : urn);
    }

    private JsonNode? Value()
    {
        Skip();
        var start = _at;
        if (Next() == '"')
        {
            for (_at++; _at < _text.Length && _text[_at] != '"'; _at++)
            {
                _at += _text[_at] == '\\' ? 1 : 0;
            }

            _at++;
        }
        else
        {
            while (_at < _text.Length && _text[_at] is not (' ' or ')' or ']'))
            {
                _at++;
            }
        }

        try
        {
            var node = _at <= _text.Length ? JsonNode.Parse(_text[start.._at]) : throw Fault("a text is not ended");
            return node is null or JsonValue ? node : throw Fault("a value is expected");
        }
        catch (JsonException)
        {
            throw Fault("a value is expected");
        }
    }

    private string Word()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '$'))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Fault("a word is expected");
    }

    private bool Keyword(string word)
    {
        Skip();
        var end = _at + word.Length;
        if (end > _text.Length || !_text.AsSpan(_at, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase) || (end < _text.Length && _text[end] is not (' ' or '(' or ')' or ']')))
        {
            return false;
        }

        _at = end;
        return true;
    }

    private char Next() => _at < _text.Length ? _text[_at] : '\0';

    private void Skip()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }

    private ScimProblem Fault(string what) => ScimProblem.BadFilter($"{what} (at character {_at + 1})");
}
