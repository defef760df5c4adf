using System.Text.Json;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Web.Site;

/// <summary>One value of a change: what it is called, what it was and what it became; null where there was none.</summary>
internal sealed record AuditValueText(string? Name, string? Before, string? After);

/// <summary>The values of a row of the audit log, side by side: objects member by member, anything else as it stands.</summary>
internal static class AuditValueTexts
{
    /// <summary>The values, those of objects in the order of the members.</summary>
    public static IReadOnlyList<AuditValueText> Of(AuditRow row)
    {
        if (Members(row.BeforeValue) is not { } before || Members(row.AfterValue) is not { } after)
        {
            return row.BeforeValue is null && row.AfterValue is null ? [] : [new AuditValueText(null, row.BeforeValue, row.AfterValue)];
        }

        return [.. before.Keys.Union(after.Keys).Select(name => new AuditValueText(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)))];
    }

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
}
