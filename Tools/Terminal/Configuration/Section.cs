using System.Collections.Immutable;
using System.Text.Json;

namespace CopyTrack.Terminal.Configuration;

/// <summary>One object of the configuration file. Remembers which keys were read, so that <see cref="Done"/> can name one that nobody knows.</summary>
internal sealed class Section
{
    private readonly JsonElement element;
    private readonly string path;
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    internal Section(JsonElement element, string path)
    {
        this.element = element;
        this.path = path;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new ConfigurationException(path.Length == 0 ? "file" : path, "must be an object");
        }
    }

    /// <summary>The dotted path of one of this section's keys.</summary>
    internal string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>A refusal of one of this section's keys.</summary>
    internal ConfigurationException Bad(string key, string reason) => new(PathOf(key), reason);

    /// <summary>A text; without <paramref name="fallback"/> it must be there and not be empty.</summary>
    internal string Text(string key, string? fallback = null)
    {
        if (Find(key) is not { } value)
        {
            return fallback ?? throw Bad(key, "is missing");
        }
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Bad(key, "must be a text");
        return text.Length == 0 && fallback is null ? throw Bad(key, "must not be empty") : text;
    }

    /// <summary>A whole number within the bounds, ends included.</summary>
    internal int Number(string key, int fallback, int min, int max)
    {
        if (Find(key) is not { } value)
        {
            return fallback;
        }
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number : throw Bad(key, $"must be a whole number from {min} to {max}");
    }

    /// <summary>True or false.</summary>
    internal bool Flag(string key, bool fallback) => Find(key) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Bad(key, "must be true or false"),
    };

    /// <summary>One of the words in <paramref name="allowed"/>.</summary>
    internal string Word(string key, string? fallback, params string[] allowed)
    {
        var word = Text(key, fallback);
        return allowed.Contains(word, StringComparer.Ordinal) ? word : throw Bad(key, $"must be one of {string.Join(", ", allowed)}");
    }

    /// <summary>A list of words, each of them in <paramref name="allowed"/>.</summary>
    internal ImmutableArray<string> Words(string key, ImmutableArray<string> fallback, params string[] allowed)
    {
        if (Find(key) is not { } value)
        {
            return fallback;
        }
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Bad(key, "must be a list");
        }
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var item in value.EnumerateArray())
        {
            var word = item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Bad(key, "must hold texts only");
            words.Add(allowed.Contains(word, StringComparer.Ordinal) ? word : throw Bad(key, $"must hold only {string.Join(", ", allowed)}"));
        }
        return words.ToImmutable();
    }

    /// <summary>Bytes written as text with the escapes of <see cref="ByteText"/>.</summary>
    internal ReadOnlyMemory<byte> Bytes(string key, string? fallback = null)
    {
        var text = Text(key, fallback);
        return ByteText.TryParse(text, out var bytes) ? bytes : throw Bad(key, "holds an escape that is none of \\r \\n \\t \\\\ \\xHH, or a character outside ASCII");
    }

    /// <summary>A section below this one, or null when it is absent or null.</summary>
    internal Section? Below(string key) => Find(key) is { } value ? new Section(value, PathOf(key)) : null;

    /// <summary>The sections of a list; an absent list is empty.</summary>
    internal IEnumerable<Section> List(string key)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }
        return value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Select((item, index) => new Section(item, $"{PathOf(key)}[{index}]")).ToArray()
            : throw Bad(key, "must be a list");
    }

    /// <summary>Refuses keys that nobody read: a mistyped key must not be silently without effect.</summary>
    internal void Done()
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                throw Bad(property.Name, "is not a key that this program knows");
            }
        }
    }

    private JsonElement? Find(string key)
    {
        known.Add(key);
        return element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
