using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace CopyTrack.Accounting.Fleet;

/// <summary>
/// The manager's signed word about the messages of an agent as a file that somebody carries to it, where neither HTTPS nor mail leads back: every message from <see cref="From"/> to
/// <see cref="Through"/> is kept, but those of <see cref="Missing"/>, which never came. It stays true for ever, so that an old one does no harm; it holds for the one key that the agent is
/// enrolled with, because numbers begin anew with another.
/// </summary>
public sealed record CarriedAcknowledgement(long From, long Through, ImmutableArray<(long First, long Last)> Missing, DateTimeOffset At)
{
    /// <summary>Ending of its name.</summary>
    public const string Extension = ".ctack";

    /// <summary>Longest file that is looked at, in bytes.</summary>
    public const int MaxBytes = 4096;

    /// <summary>The most gaps that one names; with more it begins behind the older ones.</summary>
    public const int MostMissing = 14;

    private const string Kind = "acknowledged", None = "-";

    /// <summary>
    /// The word about an agent whose messages up to <paramref name="applied"/> are applied but for <paramref name="gaps"/>, and of which <paramref name="waiting"/> are kept besides; both in
    /// order.
    /// </summary>
    public static CarriedAcknowledgement Of(long applied, IEnumerable<long> waiting, IReadOnlyList<(long First, long Last)> gaps, DateTimeOffset at)
    {
        var through = applied;
        foreach (var sequence in waiting)
        {
            through = sequence == through + 1 ? sequence : through;
        }

        return gaps.Count <= MostMissing ? new CarriedAcknowledgement(1, through, [.. gaps], at)
            : new CarriedAcknowledgement(gaps[gaps.Count - MostMissing - 1].Last + 1, through, [.. gaps.Skip(gaps.Count - MostMissing)], at);
    }

    /// <summary>The highest number up to which everything that the agent still holds (in order) is kept; null when not even the lowest is.</summary>
    public long? Covers(IReadOnlyList<long> held)
    {
        long? covered = null;
        foreach (var sequence in held)
        {
            if (sequence < From || sequence > Through || Missing.Any(m => m.First <= sequence && sequence <= m.Last))
            {
                break;
            }

            covered = sequence;
        }

        return covered;
    }

    /// <summary>The signed bytes for the agent of this id and public key.</summary>
    public byte[] Seal(string agent, ReadOnlySpan<byte> agentKey, ECDsa key) => new FleetEnvelope(
        Kind,
        [
            ("Agent", agent), ("For", FleetKeys.Print(agentKey)), ("From", MessageEnvelope.Number(From)), ("Through", MessageEnvelope.Number(Through)),
            ("Missing", Missing.IsEmpty ? None : string.Join(',', Missing.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.First}-{m.Last}")))), ("Sent", FleetTime.Text(At)),
        ],
        default).Seal(key);

    /// <summary>Reads one; throws <see cref="FleetFormatException"/> for one of another agent, key or manager.</summary>
    public static CarriedAcknowledgement Read(ReadOnlyMemory<byte> bytes, string agent, ECDsa own, ECDsa manager)
    {
        var outside = FleetText.ReadSigned(bytes, Kind, manager);
        if (outside.Field("Agent") != agent || outside.Field("For") != FleetKeys.Print(own.ExportSubjectPublicKeyInfo()) || !outside.Body.IsEmpty)
        {
            throw new FleetFormatException("the acknowledgement is for another agent, or for a key that this one had before");
        }

        var missing = outside.Field("Missing") is var text && text == None ? [] : text.Split(',').Select(Range).ToImmutableArray();
        return missing.Length <= MostMissing ? new CarriedAcknowledgement(outside.Number("From"), outside.Number("Through"), missing, outside.Time("Sent")) : throw new FleetFormatException("the acknowledgement names too many gaps");
    }

    private static (long First, long Last) Range(string text) =>
        text.Split('-') is [var from, var to] && long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last) && first <= last
            ? (first, last) : throw new FleetFormatException("a gap of the acknowledgement can't be read");
}
