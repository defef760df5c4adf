using System.Data.Common;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports.Export;
using Dapper;

namespace CopyTrack.Server.Api.People;

/// <summary>All that is kept of one person (GDPR 15, 20), as one JSON document in a ZIP file with a text that says what it is. Secrets are told only to be there. Streams in constant memory.</summary>
internal sealed class PersonExport(IDatabase database, PersonRepository people, AuditLog audit)
{
    private const int FlushBytes = 64 * 1024;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file of a person; false, and nothing is written, when there is none. The export itself is in the audit log before a byte is sent.</summary>
    public async Task<bool> WriteAsync(long orgId, long personId, string actor, Func<Stream> open, CancellationToken cancellationToken)
    {
        if (await people.GetAsync(personId, cancellationToken) is not { } row || row.OrgId != orgId || await people.FindWholeAsync(orgId, row.UserName, cancellationToken) is not { } person)
        {
            return false;
        }

        await audit.TellAsync(orgId, actor, "person.export", $"person:{personId}", null, cancellationToken);
        await using GatheringStream gathering = new(open());
        await using (ZipArchive zip = await ZipArchive.CreateAsync(gathering, ZipArchiveMode.Create, leaveOpen: true, null, cancellationToken))
        {
            await AddAsync(zip, "person.json", s => WriteJsonAsync(person, s, cancellationToken), cancellationToken);
            await AddAsync(zip, "README.txt", s => s.WriteAsync(Encoding.UTF8.GetBytes(Readme), cancellationToken).AsTask(), cancellationToken);
        }

        await gathering.FlushAsync(cancellationToken);
        return true;
    }

    private const string Readme =
        """
        person.json holds all that CopyTrack keeps about one person: who they are, cards (of each the last two signs), groups, projects, limits,
        walk-ups and counts by month, lines of the access log, web sign-ins, kept reports with their schedules and mails, schedules of others that mail to them, and what was changed about them or by them.
        Numbers of cards, PINs and passwords are kept as keyed hashes only and can't be told.
        """;

    /// <summary>Writes everything as one document, row by row.</summary>
    internal async Task WriteJsonAsync(PersonState person, Stream output, CancellationToken cancellationToken)
    {
        long id = person.Row.Id;
        PersonRow r = person.Row;
        string owner = PersonTraces.OwnerOf(id);
        await using DbConnection connection = await database.OpenReaderAsync(cancellationToken);
        await using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, Encoder = s_json.Encoder });
        json.WriteStartObject();
        json.WritePropertyName("person");
        string[] principals = [.. await connection.QueryAsync<string>(new CommandDefinition(database.Sql["Export_Principals"], new { id }, cancellationToken: cancellationToken))];
        JsonSerializer.Serialize(json, new
        {
            id = Id(id), r.UserName, r.DisplayName, r.Email, r.Department, r.CostCentre, r.Language, r.Principal, functions = r.Functions?.Split(';'), r.ProjectRequired, r.Enabled, r.DirectoryEnabled,
            r.Source, r.CreatedAt, r.UpdatedAt, hasPin = person.Pin is not null, pinChangedAt = person.Pin?.ChangedAt, otherPrincipals = principals,
        }, s_json);
        await ListAsync(json, "cards", person.Cards.Select(c => new { id = Id(c.Id), c.Suffix, c.AddedBy, c.AddedAt }).ToAsyncEnumerable(), cancellationToken);
        await ListAsync(json, "groups", Rows<GroupSource>(connection, "PersonGroup_Sources", new { id }), cancellationToken);
        await ListAsync(json, "projects", Rows<ExportedProject>(connection, "Export_Projects", new { id }), cancellationToken);
        await ListAsync(json, "sessions", Rows<ExportedSession>(connection, "Export_Sessions", new { id }), cancellationToken);
        await ListAsync(json, "usage", Rows<ExportedMonth>(connection, "Export_Usage", new { id, orgId = r.OrgId }).Select(m => new
        {
            month = string.Create(CultureInfo.InvariantCulture, $"{m.Month / 12:D4}-{(m.Month % 12) + 1:D2}"), m.Project, m.Jobs, m.Impressions, m.Mono, m.Color, m.Large, m.Sheets, m.DuplexSheets, m.Scans,
            m.Faxes, cost = m.CostMicros / 1_000_000m,
        }), cancellationToken);
        await ListAsync(json, "access", Rows<AccessLine>(connection, "AccessLog_OfPerson", new { id, limit = int.MaxValue }), cancellationToken);
        await ListAsync(json, "webSessions", Rows<ExportedWebSession>(connection, "Export_WebSessions", new { id }), cancellationToken);
        await ListAsync(json, "keptReports", Rows<ExportedReport>(connection, "Export_Reports", new { orgId = r.OrgId, owner }), cancellationToken);
        await ListAsync(json, "schedules", Rows<ExportedSchedule>(connection, "Export_Schedules", new { orgId = r.OrgId, owner }), cancellationToken);
        await ListAsync(json, "mails", Rows<ExportedMail>(connection, "Export_Mails", new { orgId = r.OrgId, owner, limit = int.MaxValue }), cancellationToken);
        await ListAsync(json, "mailedTo", MailedTo(connection, r), cancellationToken);
        await ListAsync(json, "changes", Changes(connection, "AuditLog_ListOfSubject", r.OrgId, $"person:{id}", null), cancellationToken);
        await ListAsync(json, "doneByThem", Changes(connection, "AuditLog_ListOfActor", r.OrgId, null, $"person:{id}"), cancellationToken);
        json.WriteEndObject();
    }

    /// <summary>What others mail to the person; of the recipients no other address is told.</summary>
    private IAsyncEnumerable<object> MailedTo(DbConnection connection, PersonRow person) => person.Email?.Trim() is not { Length: > 0 } email ? AsyncEnumerable.Empty<object>()
        : Rows<ExportedSchedule>(connection, "Export_MailedTo", new { orgId = person.OrgId, pattern = PersonTraces.Pattern(email) })
            .Where(s => PersonTraces.IsAmong(s.Recipients, email)).Select(s => (object)new { s.Report, address = email, s.Timing, s.Zone });

    private IAsyncEnumerable<AuditRow> Changes(DbConnection connection, string statement, long orgId, string? subject, string? actor) => Rows<AuditRow>(connection, statement, new
    {
        orgId, actor, subject, actionFrom = (string?)null, actionTo = (string?)null, since = (long?)null, until = (long?)null, beforeId = long.MaxValue, limit = int.MaxValue,
    });

    /// <summary>Rows as they come from the database: never more than one of them is held.</summary>
    private IAsyncEnumerable<T> Rows<T>(DbConnection connection, string statement, object parameters) => connection.QueryUnbufferedAsync<T>(database.Sql[statement], parameters);

    private static async Task ListAsync<T>(Utf8JsonWriter json, string name, IAsyncEnumerable<T> rows, CancellationToken cancellationToken)
    {
        json.WriteStartArray(name);
        await foreach (T row in rows.WithCancellation(cancellationToken))
        {
            JsonSerializer.Serialize(json, row, s_json);
            if (json.BytesPending > FlushBytes)
            {
                await json.FlushAsync(cancellationToken);
            }
        }

        json.WriteEndArray();
    }

    private static async Task AddAsync(ZipArchive zip, string name, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        await using Stream entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await write(entry);
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
