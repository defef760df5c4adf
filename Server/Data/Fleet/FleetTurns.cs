using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Server.Data.Alerts;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>Turns of the fleet that other systems are told of: agents and devices that become stale, and months whose meter reads are complete. Each is told once, in the transaction that marks it.</summary>
public sealed class FleetTurns(IDatabase database)
{
    private const int DevicesAtOnce = 500;

    /// <summary>Tells agents and devices that nothing new came of since a time; how many were told.</summary>
    public Task<int> StaleAsync(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            await c.ExecuteAsync(Command("FleetAgent_TurnGood", new { before }, ct));
            await c.ExecuteAsync(Command("FleetDevice_TurnGood", new { before }, ct));
            var agents = (await c.QueryAsync<Turn>(Command("FleetAgent_TurnStale", new { before }, ct))).AsList();
            var devices = (await c.QueryAsync<Turn>(Command("FleetDevice_TurnStale", new { before, limit = DevicesAtOnce }, ct))).AsList();
            foreach (var (topic, turn) in agents.Select(a => (AlertTopics.AgentStale, a)).Concat(devices.Select(d => (AlertTopics.DeviceStale, d))))
            {
                var data = ImmutableDictionary<string, string>.Empty.Add("lastNewsAt", turn.LastNews.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
                await TellAsync(c, topic, turn.DeviceId, turn.Name is { } name ? data.Add("agent", name) : data, now, ct);
            }

            return agents.Count + devices.Count;
        },
        cancellationToken);

    /// <summary>Tells customers whose meter reads of a month are complete, or as complete as they get when it is <paramref name="late"/>; how many were told.</summary>
    public Task<int> ReadyAsync(int month, DateTimeOffset end, bool late, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            var told = 0;
            foreach (var customer in (await c.QueryAsync<Ready>(Command("FleetReady_Customers", new { month, end, late }, ct))).AsList())
            {
                if (await c.ExecuteAsync(Command("FleetReady_Add", new { nodeId = customer.NodeId, month, now }, ct)) == 1)
                {
                    var data = ImmutableDictionary<string, string>.Empty.Add("customer", customer.Name).Add("month", $"{(month / 12).ToString("0000", CultureInfo.InvariantCulture)}-{((month % 12) + 1).ToString("00", CultureInfo.InvariantCulture)}")
                        .Add("devices", customer.Devices.ToString(CultureInfo.InvariantCulture)).Add("missing", customer.Missing.ToString(CultureInfo.InvariantCulture));
                    await TellAsync(c, AlertTopics.ReadsReady, null, data, now, ct);
                    told++;
                }
            }

            return told;
        },
        cancellationToken);

    private Task TellAsync(System.Data.Common.DbConnection connection, string topic, long? deviceId, ImmutableDictionary<string, string> data, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("Outbox_Add", new { at = now, topic, deviceId, payload = StateDocument.Write(data) }, cancellationToken));

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);

    private sealed record Turn
    {
        public long? DeviceId { get; init; }
        public string? Name { get; init; }
        public DateTimeOffset LastNews { get; init; }
    }

    private sealed record Ready
    {
        public long NodeId { get; init; }
        public string Name { get; init; } = "";
        public long Devices { get; init; }
        public long Missing { get; init; }
    }
}
