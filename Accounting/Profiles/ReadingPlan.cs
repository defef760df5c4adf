using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>One object of a base counter: where its name stands among the prepared ones, and how its value is taken.</summary>
internal readonly record struct PlannedTerm(ushort Position, CounterTerm Source);

/// <summary>
/// What is read of a device and how base counters come from it. Holds nothing of a single device, so that all devices of one model and equipment share one.
/// Immutable.
/// </summary>
internal sealed class ReadingPlan
{
    private readonly int[] _firstTerm;

    private ReadingPlan(BaseCounterSet set, ImmutableArray<ImmutableArray<CounterTerm>> terms, PlannedObjects objects)
    {
        Set = set;
        Objects = objects;
        TotalAt = set.Counters.FirstOrDefault(c => c.Role == CounterRole.Total)?.Index ?? -1;
        var names = new List<ObjectIdentifier>();
        var positions = new Dictionary<ObjectIdentifier, ushort>();
        (UpTimeAt, PrinterStatusAt, DeviceStatusAt, SerialAt) =
            (Fixed(objects.HasUpTime ? StandardMib.SysUpTime : null), Fixed(objects.PrinterStatus), Fixed(objects.DeviceStatus), Fixed(objects.Serial));
        FixedCount = names.Count;
        _firstTerm = new int[terms.Length + 1];
        var planned = ImmutableArray.CreateBuilder<PlannedTerm>(terms.Sum(t => t.Length));
        for (var i = 0; i < terms.Length; i++)
        {
            planned.AddRange(terms[i].Select(t => new PlannedTerm(PositionOf(t.Oid), t)));
            _firstTerm[i + 1] = planned.Count;
        }

        Terms = planned.ToImmutable();
        Names = new PreparedNames([.. names]);

        int Fixed(ObjectIdentifier? name) => name is { } oid ? PositionOf(oid) : -1;

        ushort PositionOf(ObjectIdentifier oid)
        {
            if (!positions.TryGetValue(oid, out var position))
            {
                positions[oid] = position = (ushort)names.Count;
                names.Add(oid);
            }

            return position;
        }
    }

    /// <summary>The base counters.</summary>
    public BaseCounterSet Set { get; }

    /// <summary>The objects beside counters, and the engine's speed.</summary>
    public PlannedObjects Objects { get; }

    /// <summary>All names, those beside counters first.</summary>
    public PreparedNames Names { get; }

    /// <summary>How many of the names are no counters.</summary>
    public int FixedCount { get; }

    /// <summary>Terms of all counters, counter by counter.</summary>
    public ImmutableArray<PlannedTerm> Terms { get; }

    /// <summary>Index of the counter that is the engine's total; -1 = there is none.</summary>
    public int TotalAt { get; }

    public int UpTimeAt { get; }

    public int PrinterStatusAt { get; }

    public int DeviceStatusAt { get; }

    public int SerialAt { get; }

    /// <summary>Where the terms of a counter stand among <see cref="Terms"/>.</summary>
    public Range TermsOf(int counter) => _firstTerm[counter].._firstTerm[counter + 1];

    /// <summary>Makes a plan; <paramref name="terms"/> has one list for each counter of the set.</summary>
    public static ReadingPlan Make(BaseCounterSet set, ImmutableArray<ImmutableArray<CounterTerm>> terms, PlannedObjects objects) => new(set, terms, objects);

    /// <summary>Stands for all that a plan is made of: equal plans have equal prints.</summary>
    public static UInt128 PrintOf(BaseCounterSet set, PlannedObjects objects)
    {
        var text = new StringBuilder(set.Fingerprint).Append('\n').Append(objects).Append('\n');
        foreach (var counter in set.Counters)
        {
            text.AppendJoin(',', counter.Oids).Append('\n');
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()), digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}

/// <summary>What is read beside counters, null for what the device does not have, and its speed in pages a minute.</summary>
internal sealed record PlannedObjects(bool HasUpTime, ObjectIdentifier? PrinterStatus, ObjectIdentifier? DeviceStatus, ObjectIdentifier? Serial, int? PagesPerMinute);
