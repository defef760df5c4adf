using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace CopyTrack.Server.Data;

/// <summary>
/// The statements of one dialect, by the name of their file without ending (<c>Person_Get</c>). A statement in the dialect's own folder
/// takes the place of one in <c>Any</c>, where <c>= any(@name)</c> asks for one of a <see cref="ValueSet{T}"/>, which SQLite is asked in words of its own.
/// </summary>
public sealed partial class SqlText
{
    private const string Prefix = "CopyTrack.Server.Data.Sql.";
    private readonly FrozenDictionary<string, string> _statements;

    /// <summary>Loads all statements. Throws <see cref="InvalidOperationException"/> when one is empty or lacks its header.</summary>
    public SqlText(Dialect dialect)
    {
        var statements = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in (string[])["Any", dialect.ToString()])
        {
            foreach (var (name, text) in EmbeddedText.Under(Prefix + folder + "."))
            {
                var body = Checked(name, text);
                statements[name] = dialect == Dialect.Sqlite ? AnyOf().Replace(body, "in (select value from json_each($1))") : body;
            }
        }

        _statements = statements.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Names of all statements.</summary>
    public IEnumerable<string> Names => _statements.Keys;

    /// <summary>The statement's text; throws <see cref="KeyNotFoundException"/> with the name when there is none.</summary>
    public string this[string name] => _statements.TryGetValue(name, out var text) ? text : throw new KeyNotFoundException($"no SQL statement {name}");

    [GeneratedRegex(@"= any\((@\w+)\)")]
    private static partial Regex AnyOf();

    private static string Checked(string name, string text)
    {
        var lines = text.Split('\n');
        var header = lines.TakeWhile(line => line.StartsWith("--", StringComparison.Ordinal)).Count();
        var body = string.Join('\n', lines.Skip(header)).Trim();
        return header > 0 && body.Length > 0 ? body : throw new InvalidOperationException($"SQL statement {name} lacks its header or its text");
    }
}
