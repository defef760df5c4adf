using System.Data.Common;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>Writes what was refused for the administrator: of one agent only so much in an hour, so that a broken or hostile one fills neither the table nor the page.</summary>
internal static class FleetRefusals
{
    /// <summary>Rows about one agent in an hour.</summary>
    public const int MostAnHour = 20;

    private const string Rest = "more of this agent was refused in this hour; it is only counted";

    /// <summary>Writes a refusal in the caller's transaction; false when the agent's hour has its rows already, and the refusal was counted only.</summary>
    public static async Task<bool> AddAsync(
        IDatabase database, DbConnection connection, IdGenerator ids, DateTimeOffset now, (long? AgentId, long? Sequence, string? Address) of, string reason, CancellationToken cancellationToken)
    {
        var nth = of.AgentId is { } id ? await connection.ExecuteScalarAsync<long>(Command("FleetAgent_CountRefusal", new { id, hour = now.ToUnixTimeSeconds() / 3600, most = (long)MostAnHour })) : 0;
        if (nth <= MostAnHour + 1)
        {
            await connection.ExecuteAsync(Command("FleetRefusal_Add", new { id = ids.Next(), now, agentId = of.AgentId, sequence = of.Sequence, address = of.Address, reason = nth > MostAnHour ? Rest : reason }));
        }

        return nth <= MostAnHour;

        CommandDefinition Command(string name, object parameters) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
    }
}
