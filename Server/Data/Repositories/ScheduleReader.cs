using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Work that is done by the clock: its kind (<c>poll</c>, <c>directory</c>, <c>webhook</c>, <c>agent</c>, <c>report</c>, <c>reportMail</c>, <c>alertMail</c>, <c>stage</c>), whose it is, when it is due next, how much of it there is and how much should have been done.</summary>
public sealed record ScheduleRow
{
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public DateTimeOffset? NextDue { get; init; }
    public long Number { get; init; }
    public long Overdue { get; init; }
}

/// <summary>Reads what is due when.</summary>
public sealed class ScheduleReader(IDatabase database, TimeProvider time)
{
    /// <summary>All of it by kind and name.</summary>
    public Task<IReadOnlyList<ScheduleRow>> ListAsync(long orgId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ScheduleRow>>(
        async (c, ct) => [.. await c.QueryAsync<ScheduleRow>(new CommandDefinition(database.Sql["Schedule_List"], new { orgId, now = time.GetUtcNow() }, cancellationToken: ct))], cancellationToken);
}
