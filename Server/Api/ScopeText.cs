using System.Collections.Immutable;

namespace CopyTrack.Server.Api;

/// <summary>
/// Scopes as written in settings, tokens and accounts: a kind, "=" and a name, as <c>department=Sales</c>, one a line where there are several. Each line is a grant; together they give what each gives
/// (docs/adr/0042). Pure.
/// </summary>
internal static class ScopeText
{
    /// <summary>Most characters of a name.</summary>
    public const int Longest = 256;

    /// <summary>Most scopes of one token or account.</summary>
    public const int Most = 100;

    /// <summary>What a scope may name; a cost centre of people is their department; a dealer or a customer is one of the fleet's tree and sees its lists alone.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["organisation", "site", "department", "project", "dealer", "customer"];

    /// <summary>Kind and name, or null for a text that is no scope.</summary>
    public static (string Kind, string Name)? Split(string text)
    {
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        string kind = sign > 0 ? text[..sign] : "";
        string name = sign > 0 ? text[(sign + 1)..].Trim() : "";
        return Kinds.Contains(kind) && name.Length is > 0 and <= Longest && !name.Any(char.IsControl) ? (kind, name) : null;
    }

    /// <summary>The scopes of a text, one a line; none for a text that stands for everything.</summary>
    public static ImmutableArray<string> Lines(string? text) => string.IsNullOrEmpty(text) ? [] : [.. text.Split('\n')];

    /// <summary>Several scopes as one text, each once and in order; null for none.</summary>
    public static string? Join(IEnumerable<string> scopes) => string.Join('\n', scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) is { Length: > 0 } text ? text : null;

    /// <summary>
    /// What scopes must have alike to be given together: sites, departments and projects go together, and dealers with customers; an organisation stands alone. Null for what is no scope.
    /// </summary>
    public static string? Family(string scope) => Split(scope) switch
    {
        null => null,
        ("organisation", var name) => "organisation=" + name,
        ("dealer" or "customer", _) => "fleet",
        _ => "parts",
    };

    /// <summary>
    /// A role with all that is given of it, whatever that is on the day: <c>manager *</c>, and <c>dealer fleet *</c> for nodes of the fleet; an organisation stands alone, as
    /// <c>manager organisation=b</c>.
    /// </summary>
    public static string Whatever(string role, string? scope) => Lines(scope).Select(Family).FirstOrDefault(f => f is not null) switch
    {
        null or "parts" => $"{role} *",
        "fleet" => $"{role} fleet *",
        var organisation => $"{role} {organisation}",
    };

    /// <summary>Whether these can be given to one token or account: readable, not too many, and of one family.</summary>
    public static bool GoTogether(IReadOnlyCollection<string> scopes) => scopes.Count <= Most && scopes.Select(Family).Distinct().Count() <= 1 && scopes.All(s => Split(s) is not null);
}
