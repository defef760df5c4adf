using System.Globalization;

namespace CopyTrack.Identity.Replication;

/// <summary>How many people one run may take away.</summary>
public sealed record RemovalLimits
{
    /// <summary>Most of every hundred; 10 stops a wrong base or filter and lets a normal month through.</summary>
    public int Percent { get; init; } = 10;

    /// <summary>Most in all; 500.</summary>
    public int Count { get; init; } = 500;

    /// <summary>True when an admin has looked and said yes to this run.</summary>
    public bool Allowed { get; init; }
}

/// <summary>Whether people who are no longer in the directory may be deactivated. Pure.</summary>
public static class RemovalRule
{
    /// <summary>
    /// Null when they may; else why not, and then nobody goes. <paramref name="active"/> people came from the directory and are not gone;
    /// <paramref name="found"/> entries the run found or knows to be there; <paramref name="gone"/> of the active would go.
    /// </summary>
    public static string? Refusal(long active, long found, long gone, RemovalLimits limits)
    {
        if (gone == 0)
        {
            return null;
        }

        if (found == 0)
        {
            return "the directory shows nobody at all: check base, filter and the rights of the reading account; nobody was deactivated";
        }

        if (limits.Allowed)
        {
            return null;
        }

        var percent = 100.0 * gone / Math.Max(active, 1);
        return gone > limits.Count || gone * 100 > active * limits.Percent
            ? string.Create(CultureInfo.InvariantCulture,
                $"{gone} of {active} people ({percent:0.#} %) would be deactivated, more than MaxRemovePercent {limits.Percent} or MaxRemoveCount {limits.Count} allow: look at a dry run, then repeat with --allow-removal; nobody was deactivated")
            : null;
    }
}
