using System.Data.Common;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Privacy;

/// <summary>
/// What kept reports tell of a person: those that they keep, those of others that are narrowed to their name, schedules, mail addresses among recipients, and what mail servers
/// said of an address. All of it goes with the person, in the caller's transaction.
/// </summary>
internal sealed class PersonTraces(IDatabase database, AuditLog audit)
{
    /// <summary>How the owner of kept things is written: as the audit log names them.</summary>
    public static string OwnerOf(long person) => FormattableString.Invariant($"person:{person}");

    /// <summary>A pattern for texts in small letters that hold a mail address.</summary>
    public static string Pattern(string email) =>
        $"%{email.ToLowerInvariant().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";

    /// <summary>Whether an address stands among the recipients of a schedule, whatever its letters' case.</summary>
    public static bool IsAmong(string recipients, string email) => recipients.Split(';').Contains(email, StringComparer.OrdinalIgnoreCase);

    /// <summary>Forgets them before the person's row goes. What belongs to others and changes by it is in the audit log as done by <paramref name="actor"/>.</summary>
    public async Task ForgetAsync(DbConnection connection, long orgId, long person, string actor, CancellationToken cancellationToken)
    {
        if (await connection.QuerySingleOrDefaultAsync<TraceRow>(Command("Erase_Row", new { id = person }, cancellationToken)) is not { } row)
        {
            return;
        }

        var owner = OwnerOf(person);
        await connection.ExecuteAsync(Command("Erase_Schedules", new { orgId, owner }, cancellationToken));
        await connection.ExecuteAsync(Command("Erase_Reports", new { orgId, owner }, cancellationToken));
        foreach (var report in (await connection.QueryAsync<ReportRow>(Command("Erase_OfUser", new { orgId }, cancellationToken))).Where(r => IsOf(r.Address, row.UserFolded)))
        {
            await connection.ExecuteAsync(Command("Erase_Narrowed", new { id = report.Id }, cancellationToken));
            await audit.AddAsync(connection, orgId, actor, "report.delete", FormattableString.Invariant($"report:{report.Id}"), null, null, cancellationToken);
        }

        if (!string.IsNullOrWhiteSpace(row.Email))
        {
            await ForgetAddressAsync(connection, orgId, row.Email.Trim(), actor, cancellationToken);
        }
    }

    private async Task ForgetAddressAsync(DbConnection connection, long orgId, string email, string actor, CancellationToken cancellationToken)
    {
        var pattern = Pattern(email);
        foreach (var schedule in (await connection.QueryAsync<ScheduleRow>(Command("Erase_MailedTo", new { orgId, pattern }, cancellationToken))).Where(s => IsAmong(s.Recipients, email)))
        {
            string[] all = schedule.Recipients.Split(';'), left = [.. all.Where(r => !r.Equals(email, StringComparison.OrdinalIgnoreCase))];
            await connection.ExecuteAsync(Command("Erase_Recipient", new { id = schedule.Id, recipients = string.Join(';', left) }, cancellationToken));
            var values = new AuditValues().Add("recipients", all.Length, left.Length).Add("enabled", left.Length == 0 ? true : null, left.Length == 0 ? false : null);
            await audit.AddAsync(connection, orgId, actor, "schedule.change", FormattableString.Invariant($"schedule:{schedule.Id}"), values, cancellationToken);
        }

        await connection.ExecuteAsync(Command("Erase_Mails", new { orgId, pattern }, cancellationToken));
    }

    /// <summary>Whether a report's address is narrowed to a user of this folded name.</summary>
    private static bool IsOf(string address, string folded) => address.Split('&')
        .Where(m => m.StartsWith("user=", StringComparison.Ordinal))
        .Any(m => NameFolding.Fold(Uri.UnescapeDataString(m["user=".Length..])) == folded);

    private CommandDefinition Command(string statement, object parameters, CancellationToken cancellationToken) => new(database.Sql[statement], parameters, cancellationToken: cancellationToken);

    private sealed record TraceRow
    {
        public string UserFolded { get; init; } = "";
        public string? Email { get; init; }
    }

    private sealed record ReportRow
    {
        public long Id { get; init; }
        public string Address { get; init; } = "";
    }

    private sealed record ScheduleRow
    {
        public long Id { get; init; }
        public string Recipients { get; init; } = "";
    }
}
