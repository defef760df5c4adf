using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Reads meters over any <see cref="ISnmpClient"/>, live or recorded.</summary>
public sealed class MeterReader(ISnmpClient client, ProfileLibrary library) : IMeterReader
{
    private readonly ReadingPlans _plans = new();

    /// <inheritdoc/>
    public async Task<BindOutcome> BindAsync(SnmpTarget target, string? profileName, CancellationToken cancellationToken)
    {
        MeterProfile? named = null;
        if (!string.IsNullOrEmpty(profileName) && (named = library.Find(profileName)) is null)
        {
            return new BindOutcome.Refused($"there is no profile '{profileName}'");
        }

        var view = new MibView(client, target);
        var survey = new DeviceSurvey(view, library);
        await survey.RunAsync(named, cancellationToken);
        await ProfileBinder.FetchAsync(view, survey, cancellationToken);
        var identity = survey.Identify();
        return view.Silence is { } silence ? new BindOutcome.Unreachable(silence)
            : view.Refusal is { } refusal ? new BindOutcome.Refused(refusal)
            : survey.Profile is null ? new BindOutcome.NotAPrinter(identity)
            : new BindOutcome.Bound(ProfileBinder.Bind(view, survey.Profile, survey.Device, ProfileBinder.DefaultLargeArea, _plans), identity);
    }

    /// <inheritdoc/>
    public async Task<ReadOutcome> ReadAsync(
        SnmpTarget target, BoundProfile profile, ReadingTrigger trigger, long token, CancellationToken cancellationToken)
    {
        var full = profile.WantsFull(trigger);
        var read = new SnmpValue?[profile.Plan.Names.Names.Length];
        var first = await AskAsync(target, profile.ToRead(full), read, cancellationToken);
        if (first is not SnmpReply.Answered answered)
        {
            return Failed(first);
        }

        if (read.All(v => v is null))
        {
            return new ReadOutcome.Refused("none of the objects of its profile is there");
        }

        var at = answered.At;
        var values = profile.Evaluate(read, again: false, out var restMoved);
        if (restMoved && !full && profile.Dormant() is { } dormant)
        {
            var more = await AskAsync(target, dormant, read, cancellationToken);
            if (more is not SnmpReply.Answered rest)
            {
                return Failed(more);
            }

            at = rest.At;
            values = profile.Evaluate(read, again: true, out _);
        }

        var plan = profile.Plan;
        return new ReadOutcome.Read(new MeterReading
        {
            SentAt = answered.SentAt, At = at, UpTime = plan.UpTimeAt < 0 ? null : (read[plan.UpTimeAt] as SnmpValue.TimeTicks)?.Value,
            Serial = plan.SerialAt < 0 ? null : DeviceText.Read(read[plan.SerialAt]),
            Idle = Idle(plan, read), PagesPerMinute = profile.PagesPerMinute, Set = profile.Set, Values = values, Trigger = trigger, Token = token,
        });
    }

    /// <summary>Asks for what was chosen and puts each value that exists into its place.</summary>
    private async Task<SnmpReply> AskAsync(SnmpTarget target, PreparedGet get, SnmpValue?[] read, CancellationToken cancellationToken)
    {
        var reply = await client.GetAsync(target, get, cancellationToken);
        if (reply is SnmpReply.Answered answered)
        {
            for (var i = 0; i < get.Positions.Length; i++)
            {
                if (!answered.Values[i].IsException)
                {
                    read[get.Positions[i]] = answered.Values[i];
                }
            }
        }

        return reply;
    }

    private static ReadOutcome Failed(SnmpReply reply) => reply is SnmpReply.Refused refused
        ? new ReadOutcome.Refused(refused.Reason)
        : new ReadOutcome.Unreachable(reply is SnmpReply.Silent silent ? silent.Reason : "no answer");

    /// <summary>hrPrinterStatus (RFC 2790, RFC 3805 §2.2.13): 3 idle; 4 printing and 5 warming up are not; 1 other is asleep when the device runs, and stopped by a fault when it is down.</summary>
    private static bool? Idle(ReadingPlan plan, SnmpValue?[] read)
    {
        var printer = plan.PrinterStatusAt < 0 ? null : read[plan.PrinterStatusAt]?.AsInteger;
        var device = plan.DeviceStatusAt < 0 ? null : read[plan.DeviceStatusAt]?.AsInteger;
        return (printer, device) switch
        {
            (3, _) => true,
            (4 or 5, _) => false,
            (1, 2) => true,
            (1, 5) => false,
            _ => null,
        };
    }
}
