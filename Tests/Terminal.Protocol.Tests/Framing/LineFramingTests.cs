using System.Buffers;
using System.Text;
using CopyTrack.Terminal.Protocol.Framing;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Terminal.Protocol.Tests.Framing;

public sealed class LineFramingTests
{
    [TestCase("a\nb\n", "a|b")]
    [TestCase("a\r\nb\r\n", "a|b")]
    [TestCase("\n\r\n\na\n\n", "a")]
    [TestCase("a\r\r\n", "a\r")]
    [TestCase("a", "")]
    [TestCase("", "")]
    public void Lines_come_out_without_their_ends_when_bytes_are_whole_split_or_single(string input, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(input);
        Assert.That(Read(new ReadOnlySequence<byte>(bytes)), Is.EqualTo(expected));
        Assert.That(Read(Vectors.OneByteSegments(bytes)), Is.EqualTo(expected));
        for (var i = 1; i < bytes.Length; i++)
        {
            Assert.That(Read(Vectors.Cut(bytes, i)), Is.EqualTo(expected));
        }
    }

    [Test]
    public void A_line_of_exactly_the_limit_is_taken_and_one_byte_more_is_refused()
    {
        var fits = new ReadOnlySequence<byte>([.. Enumerable.Repeat((byte)'x', 9), (byte)'\n']);
        Assert.That(LineFraming.TryReadLine(ref fits, 10, out var line), Is.EqualTo(FrameStatus.Line));
        Assert.That(line.Length, Is.EqualTo(9));

        var tooLong = new ReadOnlySequence<byte>([.. Enumerable.Repeat((byte)'x', 10), (byte)'\n']);
        Assert.That(LineFraming.TryReadLine(ref tooLong, 10, out _), Is.EqualTo(FrameStatus.TooLong));
    }

    [Test]
    public void A_long_line_is_refused_before_its_end_is_there()
    {
        var nine = new ReadOnlySequence<byte>(new byte[9]);
        var ten = new ReadOnlySequence<byte>(new byte[10]);
        Assert.That(LineFraming.TryReadLine(ref nine, 10, out _), Is.EqualTo(FrameStatus.NeedMore));
        Assert.That(LineFraming.TryReadLine(ref ten, 10, out _), Is.EqualTo(FrameStatus.TooLong));
        Assert.That(nine.Length, Is.EqualTo(9), "an unfinished line stays in the buffer");
    }

    [Test]
    public void Framing_agrees_with_a_plain_split_for_any_bytes() =>
        Prop.ForAll<byte[]>(noise =>
        {
            var bytes = noise.Select(b => b % 4 == 0 ? (byte)'\n' : b).ToArray();
            var lines = Encoding.Latin1.GetString(bytes).Split('\n')[..^1].Select(l => l.EndsWith('\r') ? l[..^1] : l).Where(l => l.Length > 0);
            return Read(Vectors.OneByteSegments(bytes)) == string.Join('|', lines);
        }).QuickCheckThrowOnFailure();

    private static string Read(ReadOnlySequence<byte> buffer)
    {
        var lines = new List<string>();
        while (LineFraming.TryReadLine(ref buffer, LineFraming.MaxLineBytes, out var line) == FrameStatus.Line)
        {
            lines.Add(Encoding.Latin1.GetString(line));
        }
        return string.Join('|', lines);
    }
}
