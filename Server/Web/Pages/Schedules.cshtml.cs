using CopyTrack.Server.Data.Repositories;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>What the server does by the clock, and when it is due next.</summary>
internal sealed class SchedulesModel(ScheduleReader schedules, TimeProvider time) : PageModel
{
    public IReadOnlyList<ScheduleRow> Rows { get; private set; } = [];
    public DateTimeOffset Now { get; private set; }

    /// <summary>What a kind of work is, as a key of translation, and the page about it.</summary>
    public static (string Text, string Page) Of(string kind) => kind switch
    {
        "poll" => (Words.Key("Meters of idle devices are read"), "/Devices"),
        "directory" => (Words.Key("People are replicated from a directory"), "/Directories"),
        "webhook" => (Words.Key("Events are sent to a webhook"), "/Webhooks"),
        "agent" => (Words.Key("Messages of an agent are applied"), "/Fleet"),
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
    ];

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        (Rows, Now) = (await schedules.ListAsync(OrganisationRepository.DefaultId, cancellationToken), time.GetUtcNow());
}
