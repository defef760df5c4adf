using System.Text.Json;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>Turns the reply members of an envelope into an outcome that owns its memory.</summary>
internal static class ReplyReader
{
    private const int MaxMessage = 1_024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };
    private static readonly RpcOutcome Unreadable = new(null, new RpcError(ErrorCodes.InternalError, "unreadable reply"));

    public static RpcOutcome Read(in Envelope envelope)
    {
        if (envelope.Error.IsEmpty)
        {
            return new RpcOutcome(Own(envelope.Result), null);
        }
        var members = new MemberReader(envelope.Error);
        var code = 0;
        var message = "";
        while (members.Next())
        {
            if (members.Is("code"u8, 0))
            {
                code = members.Integer(int.MinValue, int.MaxValue);
            }
            else if (members.Is("message"u8, 1))
            {
                message = members.Text(0, MaxMessage);
            }
        }
        if (members.Fault is not null || !members.Has(0))
        {
            return Unreadable;
        }
        return new RpcOutcome(null, new RpcError(code, message, DataOf(envelope.Error)));
    }

    private static string? DataOf(ReadOnlySpan<byte> error) => Own(error).TryGetProperty("data"u8, out var data) ? data.GetRawText() : null;

    private static JsonElement Own(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        return JsonElement.ParseValue(ref reader);
    }
}
