using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Mib;

namespace CopyTrack.MfpSimulator.Agent;

/// <summary>Answers SNMPv1 (RFC 1157) and SNMPv2c (RFC 1901, RFC 3416) requests for one device: bytes in, bytes out, nothing allocated on the way. Thread-safe.</summary>
internal sealed class SnmpAgent(SimulatedMfp device, byte[] community)
{
    private const int TooBig = 1;
    private const int NoSuchName = 2;
    private const int GeneralError = 5;
    private const int NotWritable = 17;
    private const byte NoSuchObject = 0x80;
    private const byte NoSuchInstance = 0x81;
    private const byte EndOfMib = 0x82;

    /// <summary>RFC 3416 §4.2.3 lets an agent limit GETBULK; no sane manager asks for more rows.</summary>
    private const int MaxRepetitions = 2000;

    private readonly MibTable table = device.Model.Table;
    private volatile KnownList? known;

    /// <summary>Writes the reply into <paramref name="buffer"/> and returns where it stands; empty when the request gets none (malformed, wrong community, a version or PDU that is not served).</summary>
    public Range Reply(ReadOnlySpan<byte> datagram, Span<byte> buffer)
    {
        var faults = device.Faults;
        if (faults.Silent || !device.Store.IsReachable) return default;
        if (!SnmpRequest.TryRead(datagram, out var request)) return default;
        if (!request.Community.SequenceEqual(community)) return default;
        if (request.Version > 1 || (faults.V1Only && request.Version != 0)) return default;
        if (request.Pdu == SnmpRequest.GetBulk && request.Version == 0) return default;
        var reply = new SnmpReply(buffer, request, Math.Min(faults.MaxReplyBytes, buffer.Length - 16));
        var status = request.Pdu switch
        {
            SnmpRequest.Get => Get(request, ref reply),
            SnmpRequest.GetNext => faults.Walk == WalkFault.None ? GetNext(request, ref reply) : BrokenNext(request, ref reply, faults.Walk),
            SnmpRequest.GetBulk => faults.Walk == WalkFault.None ? GetBulk(request, ref reply) : BrokenNext(request, ref reply, faults.Walk),
            SnmpRequest.Set => (request.Version == 0 ? NoSuchName : NotWritable, 1),
            _ => (-1, 0),
        };
        return status.Item1 < 0 ? default : reply.Finish(status.Item1, status.Item2);
    }

    private (int Status, int Index) Get(SnmpRequest request, ref SnmpReply reply)
    {
        if (known is { } list && request.Version == list.Version && request.EncodedBindings.SequenceEqual(list.Bindings))
        {
            foreach (var row in list.Rows)
                if (!Write(row, ref reply)) return (TooBig, 0);
            return (0, 0);
        }

        Span<uint> name = stackalloc uint[Oid.MaxParts];
        var rows = new List<int>();
        var bindings = request.Bindings;
        for (var index = 1; bindings.TryNext(out var binding); index++)
        {
            var length = Oid.Decode(binding.Name, name);
            if (length < 0) return (-1, 0);
            var row = table.Find(name[..length]);
            if (row >= 0 && !(request.Version == 0 && table.Tag(row) == MibRow.Counter64))
            {
                if (!Write(row, ref reply)) return (TooBig, 0);
                rows?.Add(row);
                continue;
            }

            rows = null;
            if (request.Version == 0) return (NoSuchName, index);
            if (!reply.Write(binding.EncodedName, HasSibling(name[..length]) ? NoSuchInstance : NoSuchObject, default)) return (TooBig, 0);
        }

        if (bindings.IsMalformed) return (-1, 0);
        if (rows is not null) known = new KnownList(request.Version, request.EncodedBindings.ToArray(), [.. rows]);
        return (0, 0);
    }

    private (int Status, int Index) GetNext(SnmpRequest request, ref SnmpReply reply)
    {
        Span<uint> name = stackalloc uint[Oid.MaxParts];
        var bindings = request.Bindings;
        for (var index = 1; bindings.TryNext(out var binding); index++)
        {
            var length = Oid.Decode(binding.Name, name);
            if (length < 0) return (-1, 0);
            var row = table.After(name[..length]);
            while (request.Version == 0 && row < table.Count && table.Tag(row) == MibRow.Counter64) row++;
            if (row >= table.Count && request.Version == 0) return (NoSuchName, index);
            if (!(row < table.Count ? Write(row, ref reply) : reply.Write(binding.EncodedName, EndOfMib, default))) return (TooBig, 0);
        }

        return bindings.IsMalformed ? (-1, 0) : (0, 0);
    }

    /// <summary>RFC 3416 §4.2.3: non-repeaters once, the rest again and again until the rows, the repetitions or the message are full.</summary>
    private (int Status, int Index) GetBulk(SnmpRequest request, ref SnmpReply reply)
    {
        const int maxColumns = 128;
        Span<uint> name = stackalloc uint[Oid.MaxParts];
        Span<int> next = stackalloc int[maxColumns];
        var bindings = request.Bindings;
        var columns = 0;
        for (var index = 0; bindings.TryNext(out var binding); index++)
        {
            var length = Oid.Decode(binding.Name, name);
            if (length < 0) return (-1, 0);
            var row = table.After(name[..length]);
            if (index >= request.First)
            {
                if (columns == maxColumns) return (TooBig, 0);
                next[columns++] = row;
            }
            else if (!(row < table.Count ? Write(row, ref reply) : reply.Write(binding.EncodedName, EndOfMib, default)))
            {
                return (0, 0);
            }
        }

        if (bindings.IsMalformed) return (-1, 0);
        var repetitions = Math.Min(request.Second, MaxRepetitions);
        for (var repetition = 0; repetition < repetitions && columns > 0; repetition++)
        {
            var alive = false;
            for (var column = 0; column < columns; column++)
            {
                var row = next[column]++;
                if (row < table.Count) alive = true;
                else next[column] = table.Count;
                var last = table.Count == 0 ? default : table.EncodedName(table.Count - 1);
                if (!(row < table.Count ? Write(row, ref reply) : reply.Write(last, EndOfMib, default))) return (0, 0);
            }

            if (!alive) break;
        }

        return (0, 0);
    }

    private (int Status, int Index) BrokenNext(SnmpRequest request, ref SnmpReply reply, WalkFault fault)
    {
        Span<uint> name = stackalloc uint[Oid.MaxParts];
        var bindings = request.Bindings;
        if (fault == WalkFault.Error || !bindings.TryNext(out var binding)) return (GeneralError, 1);
        var length = Oid.Decode(binding.Name, name);
        if (length < 0 || table.Count == 0) return (-1, 0);
        var row = table.After(name[..length]);
        row = fault == WalkFault.SameName ? Math.Max(0, row - 1) : row >= Math.Min(25, table.Count) ? 0 : row;
        return Write(row, ref reply) ? (0, 0) : (TooBig, 0);
    }

    private bool Write(int row, ref SnmpReply reply)
    {
        if (device.Store.Overrides is { } lies && lies.TryGetValue(row, out var lie)) return reply.Write(table.EncodedName(row), lie.Tag, lie.Content);
        var slot = table.Slot(row);
        if (slot < 0) return reply.Write(table.Binding(row));
        if (device.Store.Octets(slot) is { } octets) return reply.Write(table.EncodedName(row), table.Tag(row), octets);
        Span<byte> number = stackalloc byte[9];
        return reply.Write(table.EncodedName(row), table.Tag(row), number[..MibRow.WriteNumber(number, device.Store.Number(slot))]);
    }

    /// <summary>A list of names that was asked for, and where they stand: a reader asks for the same again and again.</summary>
    private sealed record KnownList(int Version, byte[] Bindings, int[] Rows);

    private bool HasSibling(ReadOnlySpan<uint> name)
    {
        var column = name[..^1];
        var row = table.LowerBound(column);
        return row < table.Count && table.Name(row).StartsWith(column);
    }
}
