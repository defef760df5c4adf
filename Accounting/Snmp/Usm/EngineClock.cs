namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>
/// What is known of an engine's boots and time (RFC 3414 §2.2.2, §2.3). Times of our side are seconds of a clock that only goes forward.
/// </summary>
/// <param name="Boots">snmpEngineBoots.</param>
/// <param name="Time">snmpEngineTime when <paramref name="At"/> was.</param>
/// <param name="Latest">The highest engine time that was received in these boots.</param>
/// <param name="At">Our time of the last synchronisation.</param>
/// <param name="Proven">True when a signed message said so; false for what a discovery told, which anybody could have sent.</param>
internal readonly record struct EngineClock(int Boots, int Time, int Latest, long At, bool Proven)
{
    /// <summary>Seconds that a message may be old (RFC 3414 §2.2.3).</summary>
    public const int Window = 150;

    /// <summary>The boots of an engine that has none left; it never answers again until it is set up anew (RFC 3414 §2.2.2).</summary>
    public const int NoBootsLeft = int.MaxValue;

    /// <summary>What a discovery told.</summary>
    public static EngineClock Told(int boots, int time, long now) => new(boots, time, time, now, false);

    /// <summary>What a signed message told that can be no replay, because it names a message id that was drawn for the request it answers.</summary>
    public static EngineClock Set(int boots, int time, long now) => new(boots, time, time, now, true);

    /// <summary>The engine's time now, as far as it can be told.</summary>
    public int TimeAt(long now) => (int)Math.Min(int.MaxValue, Time + Math.Max(0, now - At));

    /// <summary>
    /// Takes the times of a signed message (RFC 3414 §3.2 step 7b). Gives the clock to go on with, and whether the message is inside the time window.
    /// A clock that nobody has proven yet takes whatever the first signed message says.
    /// </summary>
    public (EngineClock Next, bool Inside) Take(int boots, int time, long now)
    {
        if (boots == NoBootsLeft)
        {
            return (this, false);
        }

        if (!Proven)
        {
            return (Set(boots, time, now), true);
        }

        var next = boots > Boots || (boots == Boots && time > Latest) ? Set(boots, time, now) : this;
        return (next, boots == next.Boots && time >= next.TimeAt(now) - Window);
    }
}
