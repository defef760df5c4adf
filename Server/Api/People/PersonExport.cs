using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Api.People;

/// <summary>All that is kept of one person (GDPR 15, 20), as one JSON document in a ZIP file with a text that says what it is. Secrets are told only to be there.</summary>
internal sealed class PersonExport(IDatabase database, PersonRepository people, AuditLog audit)
{
    private const int MostLines = 100_000;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file of a person; false, and nothing is written, when there is none. The export itself is in the audit log before a byte is sent.</summary>
    public async Task<bool> WriteAsync(long orgId, long personId, string actor, Func<Stream> open, CancellationToken cancellationToken)
    {
        if (await people.GetAsync(personId, cancellationToken) is not { } row || row.OrgId != orgId || await people.FindWholeAsync(orgId, row.UserName, cancellationToken) is not { } person)
        {
            return false;
        }

        await audit.TellAsync(orgId, actor, "person.export", $"person:{personId}", null, cancellationToken);
        byte[] data = JsonSerializer.SerializeToUtf8Bytes(await DocumentAsync(person, cancellationToken), s_json);
        // A ZIP file is written synchronously at its end, which the server does not allow on the wire.
        using MemoryStream file = new();
        await using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            await AddAsync(zip, "person.json", data, cancellationToken);
            await AddAsync(zip, "README.txt", Encoding.UTF8.GetBytes(Readme), cancellationToken);
        }

        file.Position = 0;
        await file.CopyToAsync(open(), cancellationToken);
        return true;
    }

    private const string Readme =
        """
        person.json holds all that CopyTrack keeps about one person: who they are, cards (of each the last two signs), groups, projects, limits,
        walk-ups and counts by month, lines of the access log, web sign-ins, kept reports with their schedules and mails, schedules of others that mail to them, and what was changed about them or by them.
        Numbers of cards, PINs and passwords are kept as keyed hashes only and can't be told.
        """;

    /// <summary>Everything as a tree of values.</summary>
    internal async Task<Dictionary<string, object?>> DocumentAsync(PersonState person, CancellationToken cancellationToken)
    {
        long id = person.Row.Id;
        PersonRow r = person.Row;
        string owner = PersonTraces.OwnerOf(id);
        return await database.ReadAsync(async (connection, ct) => new Dictionary<string, object?>
        {
            ["person"] = new
            {
                id = Id(id), r.UserName, r.DisplayName, r.Email, r.Department, r.CostCentre, r.Language, r.Principal, functions = r.Functions?.Split(';'), r.ProjectRequired, r.Enabled, r.DirectoryEnabled,
                r.Source, r.CreatedAt, r.UpdatedAt, hasPin = person.Pin is not null, pinChangedAt = person.Pin?.ChangedAt,
                otherPrincipals = (await RowsAsync<string>(connection, "Export_Principals", new { id }, ct)).ToArray(),
            },
            ["cards"] = person.Cards.Select(c => new { id = Id(c.Id), c.Suffix, c.AddedBy, c.AddedAt }),
            ["groups"] = await RowsAsync<GroupSource>(connection, "PersonGroup_Sources", new { id }, ct),
            ["projects"] = await RowsAsync<ExportedProject>(connection, "Export_Projects", new { id }, ct),
            ["sessions"] = await RowsAsync<ExportedSession>(connection, "Export_Sessions", new { id }, ct),
            ["usage"] = (await RowsAsync<ExportedMonth>(connection, "Export_Usage", new { id, orgId = r.OrgId }, ct)).Select(m => new
            {
                month = string.Create(CultureInfo.InvariantCulture, $"{m.Month / 12:D4}-{(m.Month % 12) + 1:D2}"), m.Project, m.Jobs, m.Impressions, m.Mono, m.Color, m.Large, m.Sheets, m.DuplexSheets, m.Scans,
                m.Faxes, cost = m.CostMicros / 1_000_000m,
            }),
            ["access"] = await RowsAsync<AccessLine>(connection, "AccessLog_OfPerson", new { id, limit = MostLines }, ct),
            ["webSessions"] = await RowsAsync<ExportedWebSession>(connection, "Export_WebSessions", new { id }, ct),
            ["keptReports"] = await RowsAsync<ExportedReport>(connection, "Export_Reports", new { orgId = r.OrgId, owner }, ct),
            ["schedules"] = await RowsAsync<ExportedSchedule>(connection, "Export_Schedules", new { orgId = r.OrgId, owner }, ct),
            ["mails"] = await RowsAsync<ExportedMail>(connection, "Export_Mails", new { orgId = r.OrgId, owner, limit = MostLines }, ct),
            ["mailedTo"] = await MailedToAsync(connection, r, ct),
            ["changes"] = await ChangesAsync(connection, r.OrgId, $"person:{id}", null, ct),
            ["doneByThem"] = await ChangesAsync(connection, r.OrgId, null, $"person:{id}", ct),
        }, cancellationToken);
    }

    /// <summary>What others mail to the person; of the recipients no other address is told.</summary>
    private async Task<IEnumerable<object>> MailedToAsync(System.Data.Common.DbConnection connection, PersonRow person, CancellationToken cancellationToken) =>
        person.Email?.Trim() is not { Length: > 0 } email ? []
        : (await RowsAsync<ExportedSchedule>(connection, "Export_MailedTo", new { orgId = person.OrgId, pattern = PersonTraces.Pattern(email) }, cancellationToken))
            .Where(s => PersonTraces.IsAmong(s.Recipients, email)).Select(s => new { s.Report, address = email, s.Timing, s.Zone });

    private async Task<IEnumerable<AuditRow>> ChangesAsync(System.Data.Common.DbConnection connection, long orgId, string? subject, string? actor, CancellationToken cancellationToken) =>
        await RowsAsync<AuditRow>(connection, "AuditLog_List", new
        {
            orgId, actor, subject, actionFrom = (string?)null, actionTo = (string?)null, since = (long?)null, until = (long?)null, beforeId = long.MaxValue, limit = MostLines,
        }, cancellationToken);

    private Task<IEnumerable<T>> RowsAsync<T>(System.Data.Common.DbConnection connection, string statement, object parameters, CancellationToken cancellationToken) =>
        connection.QueryAsync<T>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken));

    private static async Task AddAsync(ZipArchive zip, string name, byte[] content, CancellationToken cancellationToken)
    {
        await using Stream entry = await zip.CreateEntry(name, CompressionLevel.Optimal).OpenAsync(cancellationToken);
        await entry.WriteAsync(content, cancellationToken);
    }

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private sealed record ExportedProject
    {
        public string Code { get; init; } = "";
        public string Name { get; init; } = "";
        public DateTimeOffset? UsedAt { get; init; }
        public bool Favourite { get; init; }
    }

    private sealed record ExportedSession
    {
        public long Id { get; init; }
        public string? Device { get; init; }
        public string? Terminal { get; init; }
        public string? Project { get; init; }
        public string Method { get; init; } = "";
        public string Functions { get; init; } = "";
        public DateTimeOffset OpenedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public DateTimeOffset? SettledAt { get; init; }
        public bool Inferred { get; init; }
    }

    private sealed record ExportedMonth
    {
        public int Month { get; init; }
        public string? Project { get; init; }
        public long Jobs { get; init; }
        public long Impressions { get; init; }
        public long Mono { get; init; }
        public long Color { get; init; }
        public long Large { get; init; }
        public long Sheets { get; init; }
        public long DuplexSheets { get; init; }
        public long Scans { get; init; }
        public long Faxes { get; init; }
        public long CostMicros { get; init; }
    }

    private sealed record ExportedReport
    {
        public string Name { get; init; } = "";
        public string Address { get; init; } = "";
        public bool Shared { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
    }

    private sealed record ExportedSchedule
    {
        public string Report { get; init; } = "";
        public string Recipients { get; init; } = "";
        public string Formats { get; init; } = "";
        public string Timing { get; init; } = "";
        public string Zone { get; init; } = "";
        public string Language { get; init; } = "";
        public string Role { get; init; } = "";
        public bool Enabled { get; init; }
        public DateTimeOffset? NextDue { get; init; }
        public DateTimeOffset? CreatedAt { get; init; }
    }

    private sealed record ExportedMail
    {
        public string Report { get; init; } = "";
        public DateTimeOffset DueAt { get; init; }
        public int State { get; init; }
        public int Attempts { get; init; }
        public DateTimeOffset? SentAt { get; init; }
        public string? Message { get; init; }
    }

    private sealed record ExportedWebSession
    {
        public string Method { get; init; } = "";
        public DateTimeOffset BeganAt { get; init; }
        public DateTimeOffset SeenAt { get; init; }
    }
}
