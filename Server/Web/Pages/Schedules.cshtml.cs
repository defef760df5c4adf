using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data.Repositories;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>What the server does by the clock, and when it is due next.</summary>
internal sealed class SchedulesModel(ScheduleReader schedules, AlertOptions alerts, TimeProvider time) : PageModel
{
    public IReadOnlyList<ScheduleRow> Rows { get; private set; } = [];
    public DateTimeOffset Now { get; private set; }

    /// <summary>How often alert rules look at devices and agents.</summary>
    public TimeSpan AlertsEvery => alerts.Every;

    /// <summary>What a kind of work is, as a key of translation, and the page about it.</summary>
    public static (string Text, string Page) Of(string kind) => kind switch
    {
        "poll" => (Words.Key("Meters of idle devices are read"), "/Devices"),
        "directory" => (Words.Key("People are replicated from a directory"), "/Directories"),
        "webhook" => (Words.Key("Events are sent to a webhook"), "/Webhooks"),
        "agent" => (Words.Key("Messages of an agent are applied"), "/Fleet"),
        "report" => (Words.Key("A kept report is made and mailed"), "/SavedReports"),
        "reportMail" => (Words.Key("Reports that are being made or mailed"), "/SavedReports"),
        "alertMail" => (Words.Key("Mails of alerts that wait to be sent"), "/Alerts"),
        "stage" => (Words.Key("An update goes up by a stage"), "/Updates"),
        _ => (kind, "/"),
    };

    /// <summary>Work inside of each server that has no row of its own: what, and how often.</summary>
    public static IReadOnlyList<(string Text, string Often)> Inside { get; } =
    [
        (Words.Key("What has served its time is forgotten: log lines, messages, ended sign-ins"), Words.Key("every 5 minutes")),
        (Words.Key("Offline copies that nobody claimed are looked for"), Words.Key("every 5 minutes")),
        (Words.Key("Partitions of the ledger are made ahead (PostgreSQL)"), Words.Key("every 5 minutes")),
        (Words.Key("Price lists are loaded again for sure"), Words.Key("every 5 minutes")),
        (Words.Key("Events are spread to webhooks"), Words.Key("every second")),
        (Words.Key("Kept reports that are due are looked for"), Words.Key("every 15 seconds")),
        (Words.Key("Stages of updates that are due are looked for"), Words.Key("every 5 minutes")),
        (Words.Key("What retention lets go is deleted, a part at a time"), Words.Key("every 5 minutes")),
        (Words.Key("Days that are over are packed for reports"), Words.Key("every 5 minutes")),
        (Words.Key("Money that was set aside for jobs that never ended is given back"), Words.Key("every minute")),
        (Words.Key("Settings and directories that another server changed are taken over"), Words.Key("every 5 seconds")),
    ];

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        (Rows, Now) = (await schedules.ListAsync(OrganisationRepository.DefaultId, cancellationToken), time.GetUtcNow());
}
