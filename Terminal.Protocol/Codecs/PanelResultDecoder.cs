using System.Text.Json;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>Reads a terminal's answers to the server's requests (docs/terminal-protocol.md §4).</summary>
public static class PanelResultDecoder
{
    /// <summary>The typed answer to <paramref name="request"/>, or null when <paramref name="result"/> does not have its form.</summary>
    public static PanelResult? Decode(ServerRequest request, JsonElement result) => request switch
    {
        PanelUnlock => State(result, "unlocked"),
        PanelLock => State(result, "locked"),
        CardSign => Signature(result),
        _ => result.ValueKind == JsonValueKind.Object ? new EmptyResult() : null,
    };

    private static PanelStateResult? State(JsonElement result, string state) =>
        result.ValueKind == JsonValueKind.Object
        && result.TryGetProperty("state"u8, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.ValueEquals(state) ? new PanelStateResult(state) : null;

    private static SignatureResult? Signature(JsonElement result) =>
        result.ValueKind == JsonValueKind.Object
        && result.TryGetProperty("signature"u8, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.TryGetBytesFromBase64(out var bytes) ? new SignatureResult(bytes) : null;
}
