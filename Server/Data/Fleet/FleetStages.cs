using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>Stages of packages that go up by themselves, step by step, each after so many hours in which no agent failed. Any node may look; a step is made once.</summary>
public sealed class FleetStages(IDatabase database, AuditLog audit)
{
    /// <summary>Who raises them, in the audit log.</summary>
    public const string Actor = "fleet";

    /// <summary>What holds a stage at a time; <paramref name="stale"/>: an agent that said nothing for so long since it was offered the version counts as silent.</summary>
    public async Task<StageHold> LookAsync(FleetPackageRow package, FleetRolloutRow stage, DateTimeOffset now, TimeSpan stale, CancellationToken cancellationToken) =>
        Look(package.Version, package.Hash, stage, await StandingsAsync(package.OrgId, package.Platform, cancellationToken), now, stale);

    /// <summary>Raises what is due and not held; gives how many stages went up.</summary>
    public async Task<int> StepAsync(DateTimeOffset now, TimeSpan stale, CancellationToken cancellationToken)
    {
        var raised = 0;
        var due = await database.ReadAsync(async (c, ct) => (await c.QueryAsync<FleetDueStageRow>(Command("FleetRollout_Due", new { now }, ct))).AsList(), cancellationToken);
        foreach (var stage in due)
        {
            if (!Look(stage.Version, stage.Hash, stage, await StandingsAsync(stage.OrgId, stage.Platform, cancellationToken), now, stale).Holds)
            {
                raised += await RaiseAsync(stage, now, cancellationToken);
            }
        }

        return raised;
    }

    private static StageHold Look(string version, string hash, FleetRolloutRow stage, IEnumerable<AgentStanding> agents, DateTimeOffset now, TimeSpan stale) =>
        StageRules.Look(ReleaseVersion.Parse(version), hash, (int)stage.Share, stage.ChangedAt, agents, now, stale);

    private Task<int> RaiseAsync(FleetDueStageRow stage, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        async (c, ct) =>
        {
            var next = StageRules.Next((int)stage.Share);
            var done = await c.ExecuteAsync(Command("FleetRollout_Raise", new { id = stage.PackageId, nodeId = stage.NodeId, share = stage.Share, since = stage.ChangedAt, next, now }, ct));
            if (done > 0)
            {
                await audit.AddAsync(c, stage.OrgId, Actor, "fleet.package.stage", $"fleetPackage:{stage.PackageId}", FormattableString.Invariant($"{stage.Share} % of {stage.Node ?? "everyone"}"),
                    FormattableString.Invariant($"{next} % of {stage.Node ?? "everyone"}, {stage.RaiseHours} hours without a failure"), ct);
            }

            return done;
        },
        cancellationToken);

    private async Task<IReadOnlyList<AgentStanding>> StandingsAsync(long orgId, string platform, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(async (c, ct) => (await c.QueryAsync<FleetStandingRow>(Command("FleetAgentUpdate_OfPlatform", new { orgId, platform }, ct))).AsList(), cancellationToken);
        return [.. rows.Select(r => new AgentStanding(r.AgentId, ReleaseVersion.Parse(r.Version), Enum.Parse<UpdateState>(r.State), r.About, r.ReportedAt))];
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
