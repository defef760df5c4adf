using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Identity.Lockout;

/// <summary>What is remembered about one person (as submitted) or one terminal. The default is nothing.</summary>
public sealed record LockoutState
{
    /// <summary>Nothing happened yet.</summary>
    public static readonly LockoutState None = new();

    /// <summary>Times of the failures that still count, oldest first; never more than lead to a lock.</summary>
    public ImmutableArray<DateTimeOffset> Failures { get; init; } = [];

    /// <summary>Secrets are refused before this time; null when there never was a lock.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>How many locks followed each other; sets the length of a terminal's next.</summary>
    public int Level { get; init; }

    /// <summary>The state as one short text for a column: level, end of the lock and failures in microseconds since 1970, blanks between.</summary>
    public string ToText() => string.Join(' ', new[] { Level, Micros(LockedUntil) }.Concat(Failures.Select(at => Micros(at)))
        .Select(number => number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Reads what <see cref="ToText"/> wrote; null or an empty text is <see cref="None"/>. Throws <see cref="FormatException"/> for anything else.</summary>
    public static LockoutState Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return None;
        }
        long[] numbers = [.. text.Split(' ').Select(part => long.Parse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))];
        return numbers.Length < 2
            ? throw new FormatException("a lock-out state has at least two numbers")
            : new LockoutState
            {
                Level = checked((int)numbers[0]),
                LockedUntil = numbers[1] == 0 ? null : Time(numbers[1]),
                Failures = [.. numbers.Skip(2).Select(Time)],
            };
    }

    /// <summary>Equal when every member and every time is.</summary>
    public bool Equals(LockoutState? other) =>
        other is not null && Level == other.Level && LockedUntil == other.LockedUntil && Failures.SequenceEqual(other.Failures);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Level, LockedUntil, Failures.Length);

    private static long Micros(DateTimeOffset? at) => at is { } time ? (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : 0;

    private static DateTimeOffset Time(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}

/// <summary>Answer to the question whether a secret may be looked at.</summary>
public abstract record LockoutVerdict
{
    private LockoutVerdict() { }

    /// <summary>It may.</summary>
    public sealed record Allowed : LockoutVerdict;

    /// <summary>It may not, for so many seconds (at least 1).</summary>
    public sealed record Refused(int RetryAfterSeconds) : LockoutVerdict;
}

/// <summary>What is to be counted after a login was decided. Stored by whoever owns the state, under its lock.</summary>
public enum LockoutEvent
{
    /// <summary>A wrong secret of the person.</summary>
    PersonFailed = 0,

    /// <summary>The person's right secret: the count of wrong ones ends.</summary>
    PersonSucceeded = 1,

    /// <summary>A failed login of any kind at the terminal. There is no event that forgives a terminal: one good badge must not buy ten more guesses.</summary>
    TerminalFailed = 2,

    /// <summary>A wrong password for a name as submitted, whether somebody has it or not.</summary>
    NameFailed = 3,

    /// <summary>The right password for the name as submitted.</summary>
    NameSucceeded = 4,
}
