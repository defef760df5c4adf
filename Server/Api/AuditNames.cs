using System.Globalization;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Api;

/// <summary>
/// What ids of the audit log are called today, for whoever looks at it: the log itself holds no names, so whoever was erased stays an id.
/// </summary>
internal sealed class AuditNames(IDatabase database)
{
    private static readonly Dictionary<string, string> s_statements = new(StringComparer.Ordinal)
    {
        ["person"] = "Names_OfPeople", ["account"] = "Names_OfAccounts", ["device"] = "Names_OfDevices", ["terminal"] = "Names_OfTerminals", ["project"] = "Names_OfProjects",
        ["alertRule"] = "Names_OfAlertRules", ["directory"] = "Names_OfDirectories", ["fleetNode"] = "Names_OfFleetNodes", ["fleetAgent"] = "Names_OfFleetAgents",
        ["report"] = "Names_OfReports", ["schedule"] = "Names_OfSchedules",
    };

    /// <summary>Names by id as it stands in the log (<c>person:17</c>), of those that have one.</summary>
    public Task<IReadOnlyDictionary<string, string>> OfAsync(long orgId, IEnumerable<string> ids, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyDictionary<string, string>>(
        async (connection, ct) =>
        {
            Dictionary<string, string> names = new(StringComparer.Ordinal);
            foreach (IGrouping<string, (string Kind, string Id)> kind in ids.Distinct().Select(Split).GroupBy(i => i.Kind))
            {
                if (!s_statements.TryGetValue(kind.Key, out string? statement))
                {
                    continue;
                }

                // Some of a page at a time, one statement each: keys, and never more than a page shows.
                foreach ((_, string id) in kind)
                {
                    object? key = kind.Key == "terminal" ? id : long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
                    if (key is not null && await connection.ExecuteScalarAsync<string?>(new CommandDefinition(database.Sql[statement], new { orgId, id = key }, cancellationToken: ct)) is { } name)
                    {
                        names[$"{kind.Key}:{id}"] = name;
                    }
                }
            }

            return names;
        },
        cancellationToken);

    private static (string Kind, string Id) Split(string text) => text.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? (text[..colon], text[(colon + 1)..]) : (text, "");
}
