using System.Data.Common;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Reports.Schedules;

/// <summary>Reports that people keep. A report that is not the asker's is none, unless it is shared; only its owner changes it. Each change is in the audit log.</summary>
internal sealed class SavedReports(IDatabase database, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>Most reports that one person keeps: a bound, not a wish.</summary>
    public const int MostOfOne = 200;

    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>Those of an owner and those that others share, by name.</summary>
    public Task<SavedReport[]> ListAsync(long orgId, string owner, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<SavedReport>(new CommandDefinition(database.Sql["SavedReport_List"], new { orgId, owner }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>One that the asker may see; null for any other.</summary>
    public Task<SavedReport?> GetAsync(long orgId, string owner, long id, CancellationToken cancellationToken) => database.ReadAsync((connection, ct) =>
        connection.QuerySingleOrDefaultAsync<SavedReport>(new CommandDefinition(database.Sql["SavedReport_Get"], new { id, orgId, owner }, cancellationToken: ct)), cancellationToken);

    /// <summary>
    /// Keeps an address under a name, in place of the owner's report of that name. Throws <see cref="ReportRequestException"/> for a name that can't be, and when the owner keeps too many.
    /// </summary>
    public Task<SavedReport> KeepAsync(long orgId, string owner, string name, ReportAddress address, bool shared, CancellationToken cancellationToken)
    {
        string trimmed = name.Trim();
        if (trimmed.Length is 0 or > LongestName || trimmed.Any(char.IsControl))
        {
            throw new ReportRequestException($"A name has 1 to {LongestName} characters.");
        }

        DateTimeOffset now = time.GetUtcNow();
        SavedReport report = new()
        {
            Id = ids.Next(), OrgId = orgId, Owner = owner, Name = trimmed, NameFolded = NameFolding.Fold(trimmed), Address = address.ToQuery(), Shared = shared, CreatedAt = now, UpdatedAt = now,
        };
        return database.WriteAsync(async (connection, ct) =>
        {
            SavedReport[] own = [.. (await connection.QueryAsync<SavedReport>(new CommandDefinition(database.Sql["SavedReport_List"], new { orgId, owner }, cancellationToken: ct))).Where(r => r.Owner == owner)];
            if (Array.Find(own, r => r.NameFolded == report.NameFolded) is { } before)
            {
                SavedReport kept = report with { Id = before.Id, CreatedAt = before.CreatedAt };
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["SavedReport_Put"], Columns(kept), cancellationToken: ct));
                await TellAsync(connection, "report.change", before, kept, ct);
                return kept;
            }

            if (own.Length >= MostOfOne)
            {
                throw new ReportRequestException($"You keep {MostOfOne} reports already; delete one first.");
            }

            await connection.ExecuteAsync(new CommandDefinition(database.Sql["SavedReport_Add"], Columns(report), cancellationToken: ct));
            await TellAsync(connection, "report.add", null, report, ct);
            return report;
        }, cancellationToken);
    }

    /// <summary>Forgets an owner's report with its schedules; false when there is none.</summary>
    public Task<bool> DeleteAsync(long orgId, string owner, long id, CancellationToken cancellationToken) => database.WriteAsync(async (connection, ct) =>
    {
        SavedReport? before = await connection.QuerySingleOrDefaultAsync<SavedReport>(new CommandDefinition(database.Sql["SavedReport_Get"], new { id, orgId, owner }, cancellationToken: ct));
        ReportSchedule[] with = [.. (await connection.QueryAsync<ReportSchedule>(new CommandDefinition(database.Sql["ReportSchedule_OfReport"], new { reportId = id }, cancellationToken: ct)))];
        if (before is null || await connection.ExecuteAsync(new CommandDefinition(database.Sql["SavedReport_Delete"], new { id, orgId, owner }, cancellationToken: ct)) != 1)
        {
            return false;
        }

        foreach (ReportSchedule schedule in with)
        {
            await audit.AddAsync(connection, orgId, owner, "schedule.delete", ReportAudits.Schedule(schedule.Id), ReportAudits.Of(schedule, null), ct);
        }

        await TellAsync(connection, "report.delete", before, null, ct);
        return true;
    }, cancellationToken);

    private Task TellAsync(DbConnection connection, string action, SavedReport? before, SavedReport? after, CancellationToken cancellationToken)
    {
        AuditValues values = ReportAudits.Of(before, after);
        SavedReport one = (after ?? before)!;
        return values.IsEmpty ? Task.CompletedTask : audit.AddAsync(connection, one.OrgId, one.Owner, action, ReportAudits.Report(one.Id), values, cancellationToken);
    }

    private static object Columns(SavedReport r) => new
    {
        id = r.Id, orgId = r.OrgId, owner = r.Owner, name = r.Name, nameFolded = r.NameFolded, address = r.Address, shared = r.Shared, createdAt = r.CreatedAt, updatedAt = r.UpdatedAt,
    };
}
