using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Server.Imports;

/// <summary>
/// The columns of one kind of import: each puts its cell into the input. <see cref="Key"/> names those without which a line means nothing.
/// </summary>
public sealed class CsvTable<TInput>(Func<TInput> create, ImmutableArray<string> key, IReadOnlyDictionary<string, Func<TInput, string, TInput>> columns)
{
    /// <summary>A column that people call otherwise too: what they call it, and its name.</summary>
    public (string Called, string Name)? Alias { get; init; }

    private readonly FrozenDictionary<string, Func<TInput, string, TInput>> _columns = columns.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Columns that every file needs.</summary>
    public ImmutableArray<string> Key { get; } = key;

    /// <summary>
    /// What turns a line of cells into an input, given the header line. Throws <see cref="UsageException"/> that names an unknown, repeated or
    /// missing column. The function throws <see cref="InputFaultException"/> for a bad cell or another number of cells.
    /// </summary>
    public Func<ImmutableArray<string>, TInput> Bind(ImmutableArray<string> header)
    {
        var names = header.Select(name => name.Trim()).Select(name => Alias is { } alias && alias.Called.Equals(name, StringComparison.OrdinalIgnoreCase) ? alias.Name : name).ToList();
        if (names.Find(name => !_columns.ContainsKey(name)) is { } unknown)
        {
            throw new UsageException($"unknown column '{InputRules.Shorten(unknown)}' (known: {string.Join(", ", _columns.Keys.Order(StringComparer.Ordinal))})");
        }

        if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new UsageException($"column '{twice.Key}' is there twice");
        }

        if (Key.FirstOrDefault(needed => !names.Contains(needed, StringComparer.OrdinalIgnoreCase)) is { } missing)
        {
            throw new UsageException($"column '{missing}' is missing");
        }

        var setters = names.Select(name => _columns[name]).ToImmutableArray();
        return cells =>
        {
            if (cells.Length != setters.Length)
            {
                throw new InputFaultException(string.Create(CultureInfo.InvariantCulture, $"{cells.Length} cells where the header has {setters.Length}"));
            }

            var input = create();
            for (var i = 0; i < setters.Length; i++)
            {
                input = setters[i](input, cells[i]);
            }

            return input;
        };
    }
}

/// <summary>The caller's mistake: exit status 2 and one line on standard error, the message.</summary>
public sealed class UsageException(string message) : Exception(message);
