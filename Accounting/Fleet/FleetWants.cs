using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace CopyTrack.Accounting.Fleet;

/// <summary>
/// What a manager may want of an agent whose owner allows it to ask: a closed list. There is no verb with an address, an object or a program in it, so a hostile manager can at worst
/// have the agent read its own devices more often, within the bounds here.
/// </summary>
public sealed record FleetWants
{
    /// <summary>The shortest and longest interval that a manager can set.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromDays(1);

    private const string AskKind = "ask", AnswerKind = "wants";

    /// <summary>Grows with each change at the manager; an agent acts on a number once.</summary>
    public long Number { get; init; }

    /// <summary>Read all devices now.</summary>
    public bool ReadNow { get; init; }

    /// <summary>Look for new devices now, in the ranges that the agent's owner set.</summary>
    public bool DiscoverNow { get; init; }

    /// <summary>Time between two reads of the counters; null leaves the agent's own.</summary>
    public TimeSpan? CounterInterval { get; init; }

    /// <summary>Time between two looks at everything else; null leaves the agent's own.</summary>
    public TimeSpan? InventoryInterval { get; init; }

    /// <summary>The agent's question: signed, with a nonce that the answer must repeat.</summary>
    public static byte[] Ask(string agent, string nonce, DateTimeOffset sent, ECDsa key) =>
        new FleetEnvelope(AskKind, [("Agent", agent), ("Nonce", nonce), ("Sent", FleetTime.Text(sent))], default).Seal(key);

    /// <summary>Reads a question; <paramref name="outside"/> then checks who signed it. Throws <see cref="FleetFormatException"/>.</summary>
    public static (string Agent, string Nonce) ReadAsk(ReadOnlyMemory<byte> bytes, out FleetEnvelope outside)
    {
        outside = FleetEnvelope.Read(bytes, AskKind);
        return (outside.Field("Agent"), outside.Field("Nonce"));
    }

    /// <summary>The manager's answer to a question.</summary>
    public byte[] Seal(string agent, string nonce, ECDsa key)
    {
        var fields = ImmutableArray.CreateBuilder<(string, string)>();
        fields.AddRange(("Agent", agent), ("Nonce", nonce), ("Number", Number.ToString(CultureInfo.InvariantCulture)));
        Add("Read-Now", ReadNow ? "yes" : null);
        Add("Discover-Now", DiscoverNow ? "yes" : null);
        Add("Counter-Seconds", Seconds(CounterInterval));
        Add("Inventory-Seconds", Seconds(InventoryInterval));
        return new FleetEnvelope(AnswerKind, fields.ToImmutable(), default).Seal(key);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                fields.Add((name, value));
            }
        }
    }

    /// <summary>Reads the manager's answer to <paramref name="nonce"/>; throws <see cref="FleetFormatException"/> for one of another agent, question or key, and for any verb that is not in this list.</summary>
    public static FleetWants Read(ReadOnlyMemory<byte> bytes, string agent, string nonce, ECDsa manager)
    {
        var outside = FleetText.ReadSigned(bytes, AnswerKind, manager);
        if (outside.Field("Agent") != agent || outside.Field("Nonce") != nonce || outside.Body.Length > 0)
        {
            throw new FleetFormatException("the answer is not to this question");
        }

        var wants = new FleetWants { Number = outside.Number("Number") };
        foreach (var (name, value) in outside.Fields)
        {
            wants = name switch
            {
                "Agent" or "Nonce" or "Number" or "Length" => wants,
                "Read-Now" when value == "yes" => wants with { ReadNow = true },
                "Discover-Now" when value == "yes" => wants with { DiscoverNow = true },
                "Counter-Seconds" => wants with { CounterInterval = Interval(outside.Number(name)) },
                "Inventory-Seconds" => wants with { InventoryInterval = Interval(outside.Number(name)) },
                _ => throw new FleetFormatException($"the manager wants something that no agent does ({name})"),
            };
        }

        return wants;
    }

    /// <summary>True for an interval that an agent takes.</summary>
    public static bool IsInterval(TimeSpan interval) => interval >= Shortest && interval <= Longest;

    private static TimeSpan Interval(long seconds) => seconds <= 86_400 && TimeSpan.FromSeconds(seconds) is var interval && IsInterval(interval)
        ? interval : throw new FleetFormatException("the manager wants an interval outside of what is allowed");

    private static string? Seconds(TimeSpan? interval) => interval is { } time ? ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null;
}
