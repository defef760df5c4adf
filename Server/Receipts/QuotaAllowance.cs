using System.Globalization;
using CopyTrack.Accounting.Charging;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Receipts;

/// <summary>
/// What limits of the person, the department and the project allow a job, and money set aside for it at the prices of now. A job of known length that is too long is refused and
/// told for how many impressions there is money; one of unknown length is told how many it may make.
/// </summary>
internal sealed class QuotaAllowance(
    Reservations reservations, SessionCredit credit, PriceGroups groups, PersonRepository people, IDeviceJournal journal, LiveDevices live, DecisionContexts contexts, IdGenerator ids) : IJobAllowance
{
    /// <inheritdoc/>
    public async Task<JobAllowance> AskAsync(JobQuestion question, CancellationToken cancellationToken)
    {
        if (question.PersonId is not { } person)
        {
            return JobAllowance.Unlimited;
        }

        var open = question.SessionId is { } session && await journal.ReadAsync(question.DeviceId, cancellationToken) is { Open: { } now } state && now.Record.Id == session ? state : null;
        var named = open is null ? (await groups.OfAsync([person], cancellationToken))?.GetValueOrDefault(person) : open.Open!.PriceGroups;
        var each = Price(question, contexts.At().PricesFor(contexts.Now, question.DeviceId, named));
        if (each <= 0)
        {
            return JobAllowance.Unlimited;
        }

        var needed = question.Impressions is { } pages ? pages * each : (long?)null;
        var (hold, spent, reservation) = await HoldAsync(question, person, open, needed, cancellationToken);
        if (hold is not { Left: { } left, Ceiling: { } ceiling })
        {
            return JobAllowance.Unlimited;
        }

        var pays = JobPrice.Pages(hold.IsGood ? ceiling - spent : 0, each) ?? 0;
        var language = hold.IsWarning || pays < (question.Impressions ?? 1) ? (await people.GetAsync(person, cancellationToken))?.Language : null;
        if (pays == 0 || pays < question.Impressions)
        {
            // A job that is refused needs nothing; a session keeps what it has.
            await (open is null ? reservations.ReleaseJobAsync(question.DeviceId, reservation, cancellationToken) : Task.CompletedTask);
            return new JobAllowance(false, pays, null, PanelTexts.Refused(language, left, needed, contexts.Currency));
        }

        return new JobAllowance(true, pays, reservation, hold.IsWarning ? PanelTexts.Credit(language, left, contexts.Currency, warning: true) : null);
    }

    private async Task<(Hold Hold, long Spent, string Reservation)> HoldAsync(JobQuestion question, long person, DeviceState? open, long? needed, CancellationToken cancellationToken)
    {
        if (open is not null)
        {
            var (ofSession, after) = await credit.JobAsync(open, needed, cancellationToken);
            if (after is not null && live.IsLive(question.DeviceId))
            {
                live.Follow(after);
            }

            return (ofSession, open.Open!.SpentMicros, SessionText.Of(open.Open.Record.Id));
        }

        var job = question.JobId ?? ids.Next().ToString(CultureInfo.InvariantCulture);
        return (await reservations.JobAsync(question.DeviceId, job, person, question.ProjectId, needed, contexts.Today, cancellationToken), 0, job);
    }

    private static long Price(JobQuestion question, Accounting.Ledger.PriceList prices) => question.Service switch
    {
        JobService.Scan => prices.Scan,
        JobService.FaxOut => prices.Fax,
        _ => JobPrice.Impression(prices, question.Color, MediaName.SizeOf(question.Media) == PageSize.Large),
    };
}
