using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>What a line is before its method is looked at.</summary>
internal enum EnvelopeKind { NotJson, Malformed, Call, Reply }

/// <summary>The outer object of a JSON-RPC 2.0 message: members found in one pass, inner values left as slices of the line.</summary>
internal ref struct Envelope
{
    /// <summary>Deepest nesting of a message that is looked at; deeper JSON is malformed, not unparsable.</summary>
    private const int MaxDepth = 64;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 65_536 };

    private bool hasId, badId, version, duplicate, badMethod, badParams;
    private int seen;

    public EnvelopeKind Kind;
    public RequestId? Id;
    public bool IsNotification;
    public ReadOnlySpan<byte> Method;
    public ReadOnlySpan<byte> Params;
    public ReadOnlySpan<byte> Result;
    public ReadOnlySpan<byte> Error;

    /// <summary>Reads the whole line, so that what follows a good beginning is checked too.</summary>
    public static Envelope Read(ReadOnlySpan<byte> line)
    {
        var envelope = new Envelope();
        envelope.Kind = envelope.Scan(line);
        return envelope;
    }

    private EnvelopeKind Scan(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            return EnvelopeKind.NotJson;
        }
        var reader = new Utf8JsonReader(line, Options);
        var deepest = 0;
        try
        {
            if (!reader.Read())
            {
                return EnvelopeKind.NotJson;
            }
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                while (reader.Read())
                {
                }
                return EnvelopeKind.Malformed;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadMember(ref reader, line, ref deepest);
            }
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            return EnvelopeKind.NotJson;
        }
        return deepest > MaxDepth ? EnvelopeKind.Malformed : Judge();
    }

    private EnvelopeKind Judge()
    {
        if (!version || duplicate || badId)
        {
            return EnvelopeKind.Malformed;
        }
        if (!Method.IsEmpty || badMethod)
        {
            IsNotification = !hasId;
            return badMethod || badParams || (hasId && Id is null) ? EnvelopeKind.Malformed : EnvelopeKind.Call;
        }
        return hasId && (!Result.IsEmpty || !Error.IsEmpty) ? EnvelopeKind.Reply : EnvelopeKind.Malformed;
    }

    private void ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, ref int deepest)
    {
        var slot = Slot(ref reader);
        reader.Read();
        var type = reader.TokenType;
        var start = (int)reader.TokenStartIndex;
        if (slot == 0 && type == JsonTokenType.String)
        {
            version = reader.ValueTextEquals("2.0"u8);
        }
        else if (slot == 1)
        {
            hasId = true;
            badId = !TryReadId(ref reader, out Id);
        }
        SkipValue(ref reader, ref deepest);
        if (slot < 0)
        {
            return;
        }
        duplicate |= (seen & (1 << slot)) != 0;
        seen |= 1 << slot;
        var value = line[start..(int)reader.BytesConsumed];
        switch (slot)
        {
            case 2:
                badMethod = type != JsonTokenType.String;
                Method = value;
                break;
            case 3 when type != JsonTokenType.Null:
                badParams = type is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
                Params = value;
                break;
            case 4:
                Result = value;
                break;
            case 5 when type != JsonTokenType.Null:
                Error = value;
                break;
            default:
                break;
        }
    }

    private static void SkipValue(ref Utf8JsonReader reader, ref int deepest)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            deepest = Math.Max(deepest, reader.CurrentDepth);
        }
    }

    private static int Slot(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("jsonrpc"u8) ? 0
        : reader.ValueTextEquals("id"u8) ? 1
        : reader.ValueTextEquals("method"u8) ? 2
        : reader.ValueTextEquals("params"u8) ? 3
        : reader.ValueTextEquals("result"u8) ? 4
        : reader.ValueTextEquals("error"u8) ? 5
        : -1;

    /// <summary>False for a value that is no id at all; a JSON null is told as no id.</summary>
    private static bool TryReadId(ref Utf8JsonReader reader, out RequestId? id)
    {
        id = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return true;
            case JsonTokenType.String:
                if (!JsonText.TryRead(ref reader, 0, RequestId.MaxLength, out var text))
                {
                    return false;
                }
                id = new RequestId(text, 0);
                return true;
            case JsonTokenType.Number when reader.TryGetInt64(out var number) && !reader.ValueSpan.SequenceEqual("-0"u8):
                id = new RequestId(null, number);
                return true;
            case JsonTokenType.Number when reader.ValueSpan.Length <= RequestId.MaxLength && reader.ValueSpan.IndexOfAny(".eE"u8) < 0:
                id = new RequestId(null, 0) { Digits = Encoding.ASCII.GetString(reader.ValueSpan) };
                return true;
            default:
                return false;
        }
    }
}
