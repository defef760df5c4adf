using CopyTrack.Accounting.Mail;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Reports.Schedules;

/// <summary>Schedules and their due runs in storage; each change is in the audit log. Times of claims are those of the database's clock, due times those of the caller.</summary>
internal sealed class ReportSchedules(IDatabase database, AuditLog audit, IdGenerator ids, DataOptions data, TimeProvider time)
{
    /// <summary>Most addresses of one schedule.</summary>
    public const int MostRecipients = 20;

    /// <summary>Most schedules of one owner: a bound, not a wish.</summary>
    public const int MostOfOne = 100;

    /// <summary>Runs that are caught up with at most when no server ran for long; the last of them is mailed, the others are recorded.</summary>
    private const int MostMissed = 60;

    private static readonly char[] s_between = [';', ',', '\r', '\n'];

    /// <summary>Longest work on one run: several files of many rows, and a slow mail server.</summary>
    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(15);

    /// <summary>What a schedule may be mailed with.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["xlsx", "pdf", "csv"];

    /// <summary>Checks and adds a schedule of a report that its owner sees. Throws <see cref="ReportRequestException"/> for what can't be, and when the owner has too many.</summary>
    public async Task<ReportSchedule> AddAsync(SavedReport report, ReportSchedule wanted, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        ReportSchedule schedule = Checked(wanted, now) with { Id = ids.Next(), OrgId = report.OrgId, ReportId = report.Id, CreatedAt = now };
        await database.WriteAsync(async (connection, ct) =>
        {
            if (await connection.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql["ReportSchedule_CountOfOwner"], new { orgId = schedule.OrgId, owner = schedule.Owner }, cancellationToken: ct)) >= MostOfOne)
            {
                throw new ReportRequestException($"You have {MostOfOne} schedules already; end one first.");
            }

            await connection.ExecuteAsync(new CommandDefinition(database.Sql["ReportSchedule_Add"], Columns(schedule), cancellationToken: ct));
            await audit.AddAsync(connection, schedule.OrgId, schedule.Owner, "schedule.add", ReportAudits.Schedule(schedule.Id), ReportAudits.Of((ReportSchedule?)null, schedule), ct);
            return true;
        }, cancellationToken);
        return schedule;
    }

    /// <summary>
    /// Lets an owner change when, to whom and with what a schedule mails; it rests while it is not enabled. Returns it as it is then; null when there is none of this owner. Throws
    /// <see cref="ReportRequestException"/> for what can't be.
    /// </summary>
    public Task<ReportSchedule?> ChangeAsync(long orgId, string owner, long id, Func<ReportSchedule, ReportSchedule> change, CancellationToken cancellationToken) => database.WriteAsync<ReportSchedule?>(
        async (connection, ct) =>
        {
            ReportSchedule? before = await connection.QuerySingleOrDefaultAsync<ReportSchedule>(new CommandDefinition(database.Sql["ReportSchedule_Get"], new { id }, cancellationToken: ct));
            if (before is null || before.OrgId != orgId || before.Owner != owner)
            {
                return null;
            }

            ReportSchedule after = Checked(change(before), time.GetUtcNow()) with { Id = before.Id, OrgId = before.OrgId, ReportId = before.ReportId, Owner = before.Owner, CreatedAt = before.CreatedAt };
            AuditValues values = ReportAudits.Of(before, after);
            if (values.IsEmpty)
            {
                return before;
            }

            await connection.ExecuteAsync(new CommandDefinition(database.Sql["ReportSchedule_Put"], Columns(after), cancellationToken: ct));
            await audit.AddAsync(connection, orgId, owner, "schedule.change", ReportAudits.Schedule(id), values, ct);
            return after;
        },
        cancellationToken);

    /// <summary>A schedule as it is kept, due at its next time from now; throws <see cref="ReportRequestException"/> for what can't be.</summary>
    private static ReportSchedule Checked(ReportSchedule wanted, DateTimeOffset now)
    {
        CronText timing = CronText.TryParse(wanted.Timing, out string error) ?? throw new ReportRequestException(error);
        // One that rests may stay as it is, however it came to be.
        if (wanted.Enabled && !timing.IsHourlyAtMost)
        {
            throw new ReportRequestException("A report is mailed once an hour at most: name one minute, as in '0 8 1 * *'.");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(wanted.Zone, out TimeZoneInfo? zone))
        {
            throw new ReportRequestException("There is no such time zone; use a name such as Europe/Berlin.");
        }

        Mailbox[] recipients = Recipients(wanted.Recipients);
        string[] formats = [.. wanted.Formats.Split(';', StringSplitOptions.RemoveEmptyEntries).Distinct()];
        return formats.Except(Formats).Any()
            ? throw new ReportRequestException($"A mail has files of these kinds: {string.Join(", ", Formats)}.")
            : wanted with
            {
                Timing = timing.Text, Recipients = string.Join(';', recipients.Select(r => r.Address)), Formats = string.Join(';', formats),
                NextDue = timing.Next(now, zone) ?? throw new ReportRequestException("No day ever fits this time."),
            };
    }

    private static object Columns(ReportSchedule s) => new
    {
        id = s.Id, orgId = s.OrgId, reportId = s.ReportId, owner = s.Owner, role = s.Role, recipients = s.Recipients, formats = s.Formats, timing = s.Timing, zone = s.Zone, language = s.Language,
        enabled = s.Enabled, nextDue = s.NextDue, createdAt = s.CreatedAt,
    };

    /// <summary>The addresses of a text, `;`, commas or lines between. Throws <see cref="ReportRequestException"/> naming the first that is none.</summary>
    public static Mailbox[] Recipients(string text)
    {
        string[] parts = text.Split(s_between, MostRecipients + 1, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length is 0 or > MostRecipients ? throw new ReportRequestException($"A schedule has 1 to {MostRecipients} addresses.")
            : [.. parts.Select(p => Mailbox.TryParse(p) ?? throw new ReportRequestException($"'{(p.Length <= 60 ? p : p[..60] + "…")}' is no mail address."))];
    }

    /// <summary>
    /// Up to <paramref name="limit"/> schedules by the name of their report, behind that of <paramref name="after"/>; all of an organisation when <paramref name="owner"/> is null.
    /// </summary>
    public Task<ReportSchedule[]> ListAsync(long orgId, string? owner, SchedulePlace? after, int limit, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<ReportSchedule>(new CommandDefinition(
            database.Sql["ReportSchedule_List"], new { orgId, owner, afterName = after?.NameFolded ?? "", afterId = after?.Id ?? 0, limit }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>A schedule with its report; null when it was deleted.</summary>
    public Task<ReportSchedule?> GetAsync(long id, CancellationToken cancellationToken) => database.ReadAsync((connection, ct) =>
        connection.QuerySingleOrDefaultAsync<ReportSchedule>(new CommandDefinition(database.Sql["ReportSchedule_Get"], new { id }, cancellationToken: ct)), cancellationToken);

    /// <summary>Forgets a schedule with its runs, as <paramref name="actor"/> wants it; false when there is none of this owner (null: of anybody).</summary>
    public Task<bool> DeleteAsync(long orgId, string? owner, long id, string actor, CancellationToken cancellationToken) => database.WriteAsync(async (connection, ct) =>
    {
        ReportSchedule? before = await connection.QuerySingleOrDefaultAsync<ReportSchedule>(new CommandDefinition(database.Sql["ReportSchedule_Get"], new { id }, cancellationToken: ct));
        if (before is null || await connection.ExecuteAsync(new CommandDefinition(database.Sql["ReportSchedule_Delete"], new { id, orgId, owner }, cancellationToken: ct)) != 1)
        {
            return false;
        }

        await audit.AddAsync(connection, orgId, actor, "schedule.delete", ReportAudits.Schedule(id), ReportAudits.Of(before, null), ct);
        return true;
    }, cancellationToken);

    /// <summary>The newest runs first, due before <paramref name="before"/>, or then with a lower id than <paramref name="beforeId"/>.</summary>
    public Task<ReportDelivery[]> RunsAsync(long orgId, string? owner, DateTimeOffset before, int limit, CancellationToken cancellationToken, long beforeId = long.MaxValue) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<ReportDelivery>(new CommandDefinition(database.Sql["ReportDelivery_List"], new { orgId, owner, before, beforeId, limit }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>Has a run made once more that failed, is in doubt or was missed, as <paramref name="actor"/> wants it; false when there is none.</summary>
    public Task<bool> AgainAsync(long orgId, string? owner, long id, string actor, CancellationToken cancellationToken) => database.WriteAsync(async (connection, ct) =>
    {
        if (await connection.ExecuteAsync(new CommandDefinition(database.Sql["ReportDelivery_Again"], new { id, orgId, owner, now = time.GetUtcNow() }, cancellationToken: ct)) != 1)
        {
            return false;
        }

        await audit.AddAsync(connection, orgId, actor, "schedule.again", FormattableString.Invariant($"delivery:{id}"), null, null, ct);
        return true;
    }, cancellationToken);

    /// <summary>Records the runs that are due, each once, and moves their schedules on, in one transaction. Returns how many schedules were moved.</summary>
    public Task<int> RecordDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        return database.WriteAsync(async (connection, ct) =>
        {
            ReportSchedule[] due = [.. await connection.QueryAsync<ReportSchedule>(new CommandDefinition(database.Sql["ReportSchedule_Due"], new { now, count = 50 }, cancellationToken: ct))];
            foreach (ReportSchedule schedule in due)
            {
                (List<DateTimeOffset> runs, DateTimeOffset next) = Runs(schedule, now);
                for (int i = 0; i < runs.Count; i++)
                {
                    bool last = i == runs.Count - 1;
                    await connection.ExecuteAsync(new CommandDefinition(database.Sql["ReportDelivery_Add"], new
                    {
                        id = ids.Next(), orgId = schedule.OrgId, scheduleId = schedule.Id, reportName = schedule.ReportName, owner = schedule.Owner, dueAt = runs[i],
                        state = (int)(last ? DeliveryState.Waiting : DeliveryState.Missed), nextTry = now, message = last ? null : "No server ran when it was due, and a later run took its place.",
                    }, cancellationToken: ct));
                }

                await connection.ExecuteAsync(new CommandDefinition(database.Sql["ReportSchedule_SetDue"], new { id = schedule.Id, due = schedule.NextDue, nextDue = next }, cancellationToken: ct));
            }

            return due.Length;
        }, cancellationToken);
    }

    /// <summary>Claims one run for this node; null when none waits. What a node left in the middle of handing a mail over is put into doubt first.</summary>
    public Task<ReportDelivery?> ClaimAsync(CancellationToken cancellationToken) => database.WriteAsync(async (connection, ct) =>
    {
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["ReportDelivery_Doubt"], new { message = "The server ended while it handed the mail over; it may have arrived." }, cancellationToken: ct));
        return await connection.QuerySingleOrDefaultAsync<ReportDelivery>(new CommandDefinition(
            database.Sql["ReportDelivery_Claim"], new { node = data.Node, length = (long)s_lease.TotalMicroseconds, now = time.GetUtcNow() }, cancellationToken: ct));
    }, cancellationToken);

    /// <summary>Says what became of a claimed run; false when the claim was lost, so that nothing may be sent.</summary>
    public Task<bool> PutAsync(ReportDelivery claimed, DeliveryState state, DateTimeOffset nextTry, string? message, CancellationToken cancellationToken) => database.WriteAsync(async (connection, ct) =>
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["ReportDelivery_Put"], new
        {
            id = claimed.Id, node = data.Node, attempts = claimed.Attempts, state = (int)state, nextTry,
            sentAt = state == DeliveryState.Sent ? time.GetUtcNow() : (DateTimeOffset?)null, message = message is { Length: > 1000 } ? message[..1000] : message,
        }, cancellationToken: ct)) == 1, cancellationToken);

    /// <summary>Forgets runs older than this.</summary>
    public Task<int> PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.WriteAsync((connection, ct) =>
        connection.ExecuteAsync(new CommandDefinition(database.Sql["ReportDelivery_Purge"], new { before }, cancellationToken: ct)), cancellationToken);

    /// <summary>The runs from when it was due until now, and when it is due next.</summary>
    private static (List<DateTimeOffset> Runs, DateTimeOffset Next) Runs(ReportSchedule schedule, DateTimeOffset now)
    {
        // Both were checked when the schedule was made; a zone that this machine has lost counts as UTC rather than stopping all schedules.
        CronText timing = CronText.TryParse(schedule.Timing, out string error) ?? throw new InvalidOperationException(error);
        TimeZoneInfo zone = TimeZoneInfo.TryFindSystemTimeZoneById(schedule.Zone, out TimeZoneInfo? found) ? found : TimeZoneInfo.Utc;
        List<DateTimeOffset> runs = [];
        DateTimeOffset at = schedule.NextDue;
        while (at <= now)
        {
            if (runs.Count == MostMissed)
            {
                runs.RemoveAt(0);
            }

            runs.Add(at);
            at = timing.Next(at, zone) ?? throw new InvalidOperationException($"The schedule {schedule.Id} has no next time.");
        }

        return (runs, at);
    }
}
