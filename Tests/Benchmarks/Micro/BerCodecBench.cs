using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Benchmarks.Micro;

/// <summary>What one SNMP datagram costs, by its number of objects.</summary>
public class BerCodecBench
{
    private SnmpMessage request = null!, response = null!;
    private byte[] datagram = null!;

    /// <summary>Objects in the message.</summary>
    [Params(1, 20)]
    public int Objects { get; set; }

    [GlobalSetup]
    public void Make()
    {
        ImmutableArray<VarBind> rows = [.. InputVectors.Walk.Rows.Take(Objects)];
        request = new(SnmpVersion.V2c, "public"u8.ToArray(), new Pdu.Get(4711, [.. rows.Select(r => new VarBind(r.Oid))]));
        response = new(SnmpVersion.V2c, "public"u8.ToArray(), new Pdu.Response(4711, SnmpErrorStatus.NoError, 0, rows));
        datagram = response.Encode();
    }

    [Benchmark(Description = "encode a GET")]
    public byte[] Encode() => request.Encode();

    [Benchmark(Description = "decode a response")]
    public SnmpMessage Decode() => SnmpMessage.Decode(datagram);
}
