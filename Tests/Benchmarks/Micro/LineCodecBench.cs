using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Benchmarks.Micro;

/// <summary>What one line of a terminal costs: decoding it, and writing what answers a login.</summary>
public class LineCodecBench
{
    private static readonly LoginResult s_login = new(
        "123456789012345678", new UserInfo("p000001", "Person 1", "en"), ["copy", "copyColor", "scan", "print"],
        new ProjectChoice(false, []), 180, null);
    private static readonly PanelUnlock s_unlock = new("123456789012345678", ["copy", "copyColor", "scan", "print"]);
    private readonly ArrayBufferWriter<byte> output = new(4096);
    private ReadOnlySequence<byte> hello, card, halves;

    [GlobalSetup]
    public void Read()
    {
        hello = new(Encoding.UTF8.GetBytes(InputVectors.TerminalLine("terminal.hello", "\"capabilities\":[\"card\",\"pin\"]")));
        card = new(Encoding.UTF8.GetBytes(InputVectors.TerminalLine("session.login", "\"attempt\"")));
        var first = new Segment(card.Slice(0, card.Length / 2).ToArray(), 0);
        var second = new Segment(card.Slice(card.Length / 2).ToArray(), first.Memory.Length);
        first.Then(second);
        halves = new(first, 0, second, second.Memory.Length);
    }

    [Benchmark(Description = "decode terminal.hello")]
    public object Hello() => TerminalLineDecoder.Decode(hello);

    [Benchmark(Description = "decode session.login")]
    public object Login() => TerminalLineDecoder.Decode(card);

    [Benchmark(Description = "decode session.login, in two pieces")]
    public object LoginInHalves() => TerminalLineDecoder.Decode(halves);

    [Benchmark(Description = "write the login's reply and panel.unlock")]
    public int Answer()
    {
        output.ResetWrittenCount();
        ServerLineEncoder.Result(output, new RequestId(null, 7), s_login);
        ServerLineEncoder.Request(output, new RequestId(null, 8), s_unlock);
        return output.WrittenCount;
    }

    [Benchmark(Description = "write error notPermitted")]
    public int Refusal()
    {
        output.ResetWrittenCount();
        ServerLineEncoder.Error(output, new RequestId(null, 7), RpcError.Of(ErrorCodes.NotPermitted));
        return output.WrittenCount;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long before) => (Memory, RunningIndex) = (memory, before);

        public void Then(Segment next) => Next = next;
    }
}
