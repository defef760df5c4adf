namespace CopyTrack.Accounting.Alerts;

/// <summary>What is told to people. The numbers are stored: append only.</summary>
public enum AlertTelling
{
    /// <summary>It has begun.</summary>
    Raised = 0,

    /// <summary>It still holds and nobody has taken note.</summary>
    Reminder = 1,

    /// <summary>It still holds, nobody has taken note, and others must know.</summary>
    Escalated = 2,

    /// <summary>It is over.</summary>
    Resolved = 3,
}

/// <summary>What comes of one look: the state to keep (null: nothing to keep, whatever was kept is forgotten), and what is to be told now.</summary>
/// <param name="State">The new state.</param>
/// <param name="Telling">What is to be told; null for nothing.</param>
/// <param name="IsRaised">It was raised by this look.</param>
/// <param name="IsResolved">It ended by this look.</param>
public readonly record struct AlertStep(AlertState? State, AlertTelling? Telling, bool IsRaised, bool IsResolved);

/// <summary>Rule, state, what is seen and the clock: raise, keep, tell, hold or end. Pure; whoever keeps the state with the telling in one transaction tells each thing once.</summary>
public static class AlertDecision
{
    /// <summary>
    /// One look. <paramref name="holds"/>: true where the condition is seen (for events: it happened again), false where it is seen not to hold, null where nobody can say. <paramref name="since"/>:
    /// since when it holds, if known. In <paramref name="quiet"/> hours nothing is told, and nothing is forgotten: it is told at the first look behind them, unless it ended untold.
    /// </summary>
    public static AlertStep Next(AlertRule rule, AlertState? state, bool? holds, DateTimeOffset? since, DateTimeOffset now, bool quiet)
    {
        if (state is null)
        {
            if (holds != true)
            {
                return default;
            }

            state = new AlertState { Since = since < now ? since.Value : now, SeenAt = now };
        }

        if (state.ResolvedAt is not null)
        {
            // Over; only its end may be left to tell.
            return state.OwesEnd && !quiet ? new AlertStep(state with { OwesEnd = false }, AlertTelling.Resolved, false, false) : new AlertStep(state, null, false, false);
        }

        state = holds switch
        {
            true => state with { SeenAt = now, GoneSince = null },
            false => state with { GoneSince = state.GoneSince ?? now },
            null => state,
        };
        var raised = false;
        if (state.RaisedAt is null)
        {
            if (state.GoneSince is not null)
            {
                return default;
            }

            if (holds != true || (!rule.Kind.IsEvent() && now - state.Since < rule.After))
            {
                return new AlertStep(state, null, false, false);
            }

            (raised, state) = (true, state with { RaisedAt = now });
        }

        return IsOver(rule, state, now) ? End(rule, state, now, quiet, raised) : Tell(rule, state, now, quiet, raised);
    }

    /// <summary>Ends an alert whatever is seen: its thing or its rule is no more. Nobody is told.</summary>
    public static AlertState Closed(AlertState state, DateTimeOffset now) => state with { ResolvedAt = state.ResolvedAt ?? now, OwesEnd = false };

    /// <summary>Somebody takes note of an open alert: nobody is reminded any more, and an event is over.</summary>
    public static AlertState Noted(AlertKind kind, AlertState state, DateTimeOffset now) =>
        kind.IsEvent() ? Closed(state, now) with { NotedAt = now } : state with { NotedAt = state.NotedAt ?? now };

    private static bool IsOver(AlertRule rule, AlertState state, DateTimeOffset now) => rule.Kind.IsEvent()
        ? rule.After > TimeSpan.Zero && now - state.SeenAt >= rule.After
        : state.GoneSince is { } gone && now - gone >= rule.Clear;

    private static AlertStep End(AlertRule rule, AlertState state, DateTimeOffset now, bool quiet, bool raised)
    {
        // What nobody was told of needs no end for them.
        var owed = rule is { TellResolved: true, IsTold: true } && state.Told > 0;
        var over = state with { ResolvedAt = now, OwesEnd = owed && quiet };
        return new AlertStep(over, owed && !quiet ? AlertTelling.Resolved : null, raised, true);
    }

    private static AlertStep Tell(AlertRule rule, AlertState state, DateTimeOffset now, bool quiet, bool raised)
    {
        var telling = !rule.IsTold || quiet || state.NotedAt is not null ? (AlertTelling?)null
            : state.Told == 0 ? AlertTelling.Raised
            : rule.Escalate is { } escalate && state.EscalatedAt is null && now - state.RaisedAt >= escalate ? AlertTelling.Escalated
            : rule.Repeat is { } repeat && now - state.ToldAt >= repeat ? AlertTelling.Reminder
            : null;
        return telling is null ? new AlertStep(state, null, raised, false)
            : new AlertStep(state with { Told = state.Told + 1, ToldAt = now, EscalatedAt = telling == AlertTelling.Escalated ? now : state.EscalatedAt }, telling, raised, false);
    }
}
