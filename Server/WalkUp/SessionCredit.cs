using CopyTrack.Accounting.Charging;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.WalkUp;

/// <summary>Money of limits that open sessions set aside: at the login, with their project, and step by step as they spend.</summary>
internal sealed class SessionCredit(Reservations reservations, IDeviceJournal journal, PersonRepository people, PanelControl panels, DecisionContexts contexts)
{
    /// <summary>The first step of a session that is about to open.</summary>
    public Task<Hold> FirstAsync(long sessionId, long deviceId, long personId, CancellationToken cancellationToken) =>
        reservations.StepAsync(new SpendingSession(sessionId, deviceId, personId, null, 0), contexts.Today, cancellationToken);

    /// <summary>A step for the open session with the limits of this project; nothing is set aside, and all stays as it was, when one of them has nothing left.</summary>
    public Task<Hold> ForProjectAsync(LiveSession open, long projectId, CancellationToken cancellationToken) => reservations.StepAsync(Of(open) with { ProjectId = projectId }, contexts.Today, cancellationToken);

    /// <summary>The session did not open after all.</summary>
    public Task ReleaseAsync(long sessionId, CancellationToken cancellationToken) => reservations.ReleaseAsync(sessionId, cancellationToken);

    /// <summary>True when the open session of the device should ask for its next step.</summary>
    public bool IsDue(LiveSession open) => open.CreditMicros is { } ceiling && reservations.IsDue(ceiling, open.SpentMicros);

    /// <summary>Sets the next step aside and keeps where it ends; the state after.</summary>
    public async Task<(Hold Hold, DeviceState After)> NextAsync(DeviceState state, CancellationToken cancellationToken)
    {
        var open = state.Open!;
        var hold = await reservations.StepAsync(Of(open), contexts.Today, cancellationToken);
        return (hold, hold.IsGood ? await KeepAsync(state.DeviceId, open.Record.Id, hold.Ceiling, cancellationToken) : state);
    }

    /// <summary>Says at the panel of the session what is left.</summary>
    public async Task TellAsync(LiveSession open, long left, bool warning, CancellationToken cancellationToken)
    {
        if (await people.GetAsync(open.Record.PersonId, cancellationToken) is { } person)
        {
            panels.Tell(open.Record.TerminalId, PanelTexts.Credit(person.Language, left, contexts.Currency, warning), "warning");
        }
    }

    /// <summary>A job of the open session: what it needs is set aside, null for unknown. What was set aside before stays.</summary>
    public async Task<(Hold Hold, DeviceState? After)> JobAsync(DeviceState state, long? needed, CancellationToken cancellationToken)
    {
        var open = state.Open!;
        var hold = await reservations.JobAsync(Of(open), needed, contexts.Today, cancellationToken);
        return (hold, hold.IsGood ? await KeepAsync(state.DeviceId, open.Record.Id, hold.Ceiling, cancellationToken) : null);
    }

    private Task<DeviceState> KeepAsync(long deviceId, long sessionId, long? ceiling, CancellationToken cancellationToken) =>
        journal.ApplyAsync(deviceId, s => WalkUpRules.Credit(s, contexts.At(unlocked: panels.AckOf(s)), sessionId, ceiling), cancellationToken);

    private static SpendingSession Of(LiveSession open) => new(open.Record.Id, open.Record.DeviceId, open.Record.PersonId, open.Record.ProjectId, open.SpentMicros);
}
