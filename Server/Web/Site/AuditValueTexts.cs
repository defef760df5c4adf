using System.Text.Json;
using System.Text.RegularExpressions;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Web.Site;

/// <summary>One value of a change: what it is called, what it was and what it became; null where there was none.</summary>
internal sealed record AuditValueText(string? Name, string? Before, string? After);

/// <summary>The values of a row of the audit log, side by side: objects member by member, anything else as it stands.</summary>
internal static partial class AuditValueTexts
{
    /// <summary>The values in the reader's words, those of objects in the order of the members. What nobody has words for stands as it is; of ids that stand there it is told what they are called today.</summary>
    public static IReadOnlyList<AuditValueText> Of(Words words, AuditRow row, Func<string, string>? nameOf = null)
    {
        string Called(string id) => nameOf?.Invoke(id) ?? id;
        string? Member(string name, string? value) => value is null ? null : Called(AuditValueWords.OfMember(words, name, Said(words, value)!));
        string? Alone(string? value) => value is null ? null : Called(AuditValueWords.OfAction(words, row.Action, Said(words, value)!));

        if (Members(row.BeforeValue) is not { } before || Members(row.AfterValue) is not { } after)
        {
            return row.BeforeValue is null && row.AfterValue is null ? [] : [new AuditValueText(null, Alone(row.BeforeValue), Alone(row.AfterValue))];
        }

        return [.. before.Keys.Union(after.Keys).Select(name => new AuditValueText(words[AuditMembers.Of(name)], Member(name, before.GetValueOrDefault(name)), Member(name, after.GetValueOrDefault(name))))];
    }

    /// <summary>Ids of other things among the values of a row, as <c>person:17</c>.</summary>
    public static IEnumerable<string> Ids(AuditRow row) => new[] { row.BeforeValue, row.AfterValue }.Where(v => v is not null && v.Contains(':', StringComparison.Ordinal)).SelectMany(v => Members(v)?.Values ?? Enumerable.Repeat(v, 1))
        .OfType<string>().Where(v => Id().IsMatch(v));

    private static string? Said(Words words, string? value) => value switch
    {
        null => null,
        "true" => words["yes"],
        "false" => words["no"],
        "new" => words["new"],
        "revoked" => words["revoked"],
        "forced" => words["forced"],
        _ when SignIn().Match(value) is { Success: true } signIn => words["{0}, from {1}", words[MethodOf(signIn.Groups[1].Value)], signIn.Groups[2].Value],
        _ => value,
    };

    private static string MethodOf(string method) => method switch
    {
        "local" => Words.Key("local account"),
        "kerberos" => Words.Key("password of the directory"),
        "negotiate" => Words.Key("the computer's ticket"),
        _ => method,
    };

    /// <summary>The members of an object, none for nothing at all; null for what is no object.</summary>
    private static Dictionary<string, string?>? Members(string? text)
    {
        if (text is null)
        {
            return [];
        }

        if (!text.StartsWith('{'))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            Dictionary<string, string?> members = [];
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                members[member.Name] = member.Value.ValueKind switch
                {
                    JsonValueKind.Null => null,
                    JsonValueKind.String => member.Value.GetString(),
                    _ => member.Value.GetRawText(),
                };
            }

            return members;
        }
        catch (JsonException)
        {
            // Written in another form: shown as it stands.
            return null;
        }
    }

    [GeneratedRegex(@"^(?:person|device|project|fleetNode|report):[0-9]{1,19}$", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex(@"^(local|kerberos|negotiate) from ([0-9A-Fa-f.:%]{2,64})$", RegexOptions.CultureInvariant)]
    private static partial Regex SignIn();
}
