using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>
/// Walks the members of one JSON object, each known one at most once; unknown ones are skipped. The first fault is kept in <see cref="Fault"/>
/// as a sentence that names the member and never holds its value.
/// </summary>
internal ref struct MemberReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };

    private Utf8JsonReader reader;
    private readonly string path;
    private ReadOnlySpan<byte> current;
    private uint seen;
    private bool pending;

    /// <summary>Starts on the text of one value; an absent one counts as an empty object.</summary>
    public MemberReader(ReadOnlySpan<byte> json)
    {
        path = "";
        reader = new Utf8JsonReader(json.IsEmpty ? "{}"u8 : json, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Fault = "params must be an object";
        }
    }

    private MemberReader(Utf8JsonReader at, string path)
    {
        this.path = path;
        reader = at;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Fault = path[..^1] + " must be an object";
        }
    }

    /// <summary>The first thing that was wrong; null while all is well.</summary>
    public string? Fault { get; private set; }

    /// <summary>Moves to the next member; false at the end or after a fault.</summary>
    public bool Next()
    {
        if (Fault is not null)
        {
            return false;
        }
        if (pending)
        {
            reader.Read();
            reader.Skip();
        }
        pending = reader.Read() && reader.TokenType == JsonTokenType.PropertyName;
        return pending;
    }

    /// <summary>Whether the current member has this name; <paramref name="slot"/> (0 to 31) tells known members apart.</summary>
    public bool Is(ReadOnlySpan<byte> name, int slot)
    {
        if (!pending || !reader.ValueTextEquals(name))
        {
            return false;
        }
        current = name;
        pending = false;
        if ((seen & (1u << slot)) != 0)
        {
            Fail("must not be repeated");
        }
        seen |= 1u << slot;
        reader.Read();
        return true;
    }

    /// <summary>The value as text of the given number of characters; "" after a fault.</summary>
    public string Text(int min, int max)
    {
        if (JsonText.TryRead(ref reader, min, max, out var text))
        {
            return text;
        }
        Fail(string.Create(CultureInfo.InvariantCulture, $"must be a text of {min} to {max} characters"));
        return "";
    }

    /// <summary>As <see cref="Text"/>, but JSON null and "" come back as null.</summary>
    public string? OptionalText(int max)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }
        var text = Text(0, max);
        return text.Length == 0 ? null : text;
    }

    /// <summary>One word of a closed set.</summary>
    public string Word(ImmutableArray<string> allowed)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (var word in allowed)
            {
                if (reader.ValueTextEquals(word))
                {
                    return word;
                }
            }
        }
        Fail("must be one of: " + string.Join(", ", allowed));
        return "";
    }

    /// <summary>An array of texts, of which those that <paramref name="known"/> holds come back, each once: newer words are ignored.</summary>
    public ImmutableArray<string> Words(ImmutableArray<string> known)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Fail("must be an array of texts");
            return [];
        }
        var found = 0u;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                Fail("must be an array of texts");
                return [];
            }
            for (var i = 0; i < known.Length; i++)
            {
                found |= reader.ValueTextEquals(known[i]) ? 1u << i : 0;
            }
        }
        if (found == 0)
        {
            return [];
        }
        var words = ImmutableArray.CreateBuilder<string>(known.Length);
        for (var i = 0; i < known.Length; i++)
        {
            if ((found & (1u << i)) != 0)
            {
                words.Add(known[i]);
            }
        }
        return words.DrainToImmutable();
    }

    /// <summary>An array of texts of 1 to <paramref name="max"/> characters, kept as they are.</summary>
    public ImmutableArray<string> Texts(int max)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Fail("must be an array of texts");
            return [];
        }
        var texts = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!JsonText.TryRead(ref reader, 1, max, out var text))
            {
                Fail("must be an array of texts");
                return [];
            }
            texts.Add(text);
        }
        return texts.DrainToImmutable();
    }

    /// <summary>A whole number in a range.</summary>
    public int Integer(int min, int max)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) && number >= min && number <= max)
        {
            return number;
        }
        Fail(string.Create(CultureInfo.InvariantCulture, $"must be an integer from {min} to {max}"));
        return min;
    }

    /// <summary>True or false.</summary>
    public bool Boolean()
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            return reader.GetBoolean();
        }
        Fail("must be true or false");
        return false;
    }

    /// <summary>Base64 of RFC 4648 section 4, at least one byte.</summary>
    public ReadOnlyMemory<byte> Bytes()
    {
        if (reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes) && bytes.Length > 0)
        {
            return bytes;
        }
        Fail("must be base64");
        return default;
    }

    /// <summary>An RFC 3339 time, in UTC.</summary>
    public DateTimeOffset Time()
    {
        if (JsonText.TryRead(ref reader, 20, 40, out var text) && Rfc3339.TryParse(text, out var time))
        {
            return time;
        }
        Fail("must be an RFC 3339 time");
        return default;
    }

    /// <summary>A request id: a string or an integer of 64 bits.</summary>
    public Messages.RequestId Id()
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
        {
            return new(null, number);
        }
        return new(Text(0, Messages.RequestId.MaxLength), 0);
    }

    /// <summary>Whether the value is JSON null.</summary>
    public readonly bool IsNull => reader.TokenType == JsonTokenType.Null;

    /// <summary>Whether an array begins here; a fault otherwise. Its elements follow with <see cref="NextElement"/>.</summary>
    public bool BeginArray()
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return true;
        }
        Fail("must be an array");
        return false;
    }

    /// <summary>Moves to the next element of the array that was begun; false at its end or after a fault.</summary>
    public bool NextElement() => Fault is null && reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    /// <summary>A reader of the object that stands here; give it back to <see cref="Leave"/>.</summary>
    public readonly MemberReader Enter() => new(reader, path + Name + ".");

    /// <summary>Goes on behind the object that <paramref name="inner"/> has read to its end.</summary>
    public void Leave(MemberReader inner)
    {
        reader = inner.reader;
        Fault ??= inner.Fault;
    }

    /// <summary>Notes that a member is missing.</summary>
    public void Require(bool present, string name)
    {
        if (!present)
        {
            Fault ??= path + name + " is required";
        }
    }

    /// <summary>Whether the member of this slot was there.</summary>
    public readonly bool Has(int slot) => (seen & (1u << slot)) != 0;

    private readonly string Name => Encoding.UTF8.GetString(current);

    private void Fail(string what) => Fault ??= path + Name + " " + what;
}
