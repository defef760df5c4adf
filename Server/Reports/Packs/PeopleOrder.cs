using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Text;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>
/// The people of an organisation in the order of what they are called, at a moment: their names as octets one after the other, some 40 for each with what tells their order. Never changed once
/// it is closed; safe for use by many threads then.
/// </summary>
internal sealed class NamesInOrder(DateTimeOffset at, NamesInOrder? before = null) : IPeopleAt
{
    private ArrayBufferWriter<byte>? writing = new();
    private readonly ConcurrentDictionary<long, bool> gone = new();
    private readonly List<long> ids = [];
    private readonly List<int> begins = [0];
    private byte[] text = [];
    private int[] order = [];

    /// <inheritdoc/>
    public DateTimeOffset At => at;

    /// <inheritdoc/>
    public int Count => ids.Count;

    /// <inheritdoc/>
    public bool IsKept { get; set; }

    /// <summary>Adds somebody by what they are called; only before it is closed.</summary>
    public void Add(long person, string name)
    {
        Encoding.UTF8.GetBytes(name.ToUpperInvariant(), writing!);
        ids.Add(person);
        begins.Add(writing!.WrittenCount);
    }

    /// <summary>Nobody more is added.</summary>
    public NamesInOrder Close()
    {
        (text, writing) = (writing!.WrittenSpan.ToArray(), null);
        order = Sorted();
        return this;
    }

    /// <summary>Everybody by name, small and capital letters alike, among equal names by number; who was changed since the moment before stands where they stand now.</summary>
    public IEnumerable<long> People()
    {
        if (before is null)
        {
            foreach (int place in order.Where(p => !gone.ContainsKey(ids[p])))
            {
                yield return ids[place];
            }

            yield break;
        }

        HashSet<long> changed = [.. ids];
        int[] now = [.. order.Where(p => !before.gone.ContainsKey(ids[p]))];
        int next = 0;
        foreach (int place in before.order)
        {
            if (changed.Contains(before.ids[place]) || before.gone.ContainsKey(before.ids[place]))
            {
                continue;
            }

            for (; next < now.Length && Compare(this, now[next], before, place) < 0; next++)
            {
                yield return ids[now[next]];
            }

            yield return before.ids[place];
        }

        for (; next < now.Length; next++)
        {
            yield return ids[now[next]];
        }
    }

    /// <summary>Leaves somebody out from now on who was found to have no name any more, also if they were changed a moment before.</summary>
    public void Leave(long person) => (before ?? this).gone[person] = true;

    /// <summary>By their first octets, which for most tell all; only those that have them alike are compared to the end.</summary>
    private int[] Sorted()
    {
        int[] places = [.. Enumerable.Range(0, Count)];
        UInt128[] first = new UInt128[Count];
        Span<byte> octets = stackalloc byte[16];
        foreach (int place in places)
        {
            octets.Clear();
            ReadOnlySpan<byte> name = Name(place);
            name[..Math.Min(name.Length, octets.Length)].CopyTo(octets);
            first[place] = BinaryPrimitives.ReadUInt128BigEndian(octets);
        }

        Array.Sort(first, places);
        for (int begin = 0, end; begin < Count; begin = end)
        {
            end = begin + 1;
            while (end < Count && first[end] == first[begin])
            {
                end++;
            }

            places.AsSpan(begin..end).Sort((a, b) => Compare(this, a, this, b));
        }

        return places;
    }

    private static int Compare(NamesInOrder one, int a, NamesInOrder other, int b) =>
        one.Name(a).SequenceCompareTo(other.Name(b)) is var byName and not 0 ? byName : one.ids[a].CompareTo(other.ids[b]);

    private ReadOnlySpan<byte> Name(int place) => text.AsSpan(begins[place]..begins[place + 1]);
}

/// <summary>In which order people stand by what they are called, kept as <see cref="KeptPeople{T}"/> says. Safe for use by many threads.</summary>
internal sealed class PeopleOrder
{
    private readonly IDatabase database;
    private readonly TimeProvider time;
    private readonly KeptPeople<NamesInOrder> kept;

    public PeopleOrder(IDatabase database, TimeProvider time, int few = PeoplePlaces.Few) => (this.database, this.time, kept) = (database, time, new KeptPeople<NamesInOrder>(database, time, few, ReadAsync));

    /// <summary>The people of an organisation as they are called now.</summary>
    public Task<NamesInOrder> OfAsync(DbConnection connection, long orgId, CancellationToken cancellationToken) => kept.OfAsync(connection, orgId, cancellationToken);

    private async Task<NamesInOrder> ReadAsync(DbConnection connection, long orgId, (DateTimeOffset Since, NamesInOrder Before)? changed, CancellationToken cancellationToken)
    {
        NamesInOrder names = new(changed?.Before.At ?? time.GetUtcNow(), changed?.Before);
        await using DbDataReader rows = await connection.ExecuteReaderAsync(new CommandDefinition(
            database.Sql[changed is null ? "Report_Called" : "Report_CalledSince"], new { orgId, since = changed?.Since ?? default }, cancellationToken: cancellationToken));
        while (await rows.ReadAsync(cancellationToken))
        {
            names.Add(rows.GetInt64(0), rows.GetString(1));
        }

        return names.Close();
    }
}
