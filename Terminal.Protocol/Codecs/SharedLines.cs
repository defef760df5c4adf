using System.Buffers;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>Lines that both sides write alike.</summary>
internal static class SharedLines
{
    public static void Error(IBufferWriter<byte> output, RequestId? id, RpcError error)
    {
        var writer = LineWriter.Begin(output);
        if (id is { } known)
        {
            LineWriter.Id(writer, "id"u8, known);
        }
        else
        {
            writer.WriteNull("id"u8);
        }
        LineWriter.Error(writer, error);
        LineWriter.End(writer, output);
    }
}
