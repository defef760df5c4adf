using System.Collections.Immutable;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>Scopes as written in settings, tokens and accounts: a kind, "=" and a name, as <c>department=Sales</c>.</summary>
internal static class ScopeText
{
    /// <summary>Most characters of a name.</summary>
    public const int Longest = 256;

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

    /// <summary>What the text stands for, everything when there is none; null when it can't be read or names no organisation, which allows nothing.</summary>
    public static async Task<ReportScope?> ReadAsync(string? text, OrganisationRepository organisations, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(text))
        {
            return ReportScope.Everything;
        }

        return Split(text) switch
        {
            ("organisation", var name) => await organisations.FindAsync(name, cancellationToken) is long id ? new ReportScope(id) : null,
            ("site", var name) => ReportScope.Everything with { Site = name },
            ("department", var name) => ReportScope.Everything with { Department = name },
            ("project", var name) => ReportScope.Everything with { Project = name },
            ("dealer" or "customer", _) => ReportScope.Everything with { Fleet = text },
            _ => null,
        };
    }
}
