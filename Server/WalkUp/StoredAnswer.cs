using System.Text.Json;
using System.Text.Json.Serialization;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>The answer to a login attempt as it is kept for a resend: one of a result, a logout, and an error.</summary>
internal sealed record StoredAnswer(LoginResult? Login, string? LoggedOut, RpcError? Error)
{
    /// <summary>The text to keep.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StoredAnswerJson.Default.StoredAnswer);

    /// <summary>Gives the kept answer again.</summary>
    public static void Replay(string json, ITerminalLink link, RequestId id)
    {
        var answer = JsonSerializer.Deserialize(json, StoredAnswerJson.Default.StoredAnswer)!;
        if (answer.Error is { } error)
        {
            link.Fail(id, error);
        }
        else if (answer.LoggedOut is { } session)
        {
            link.Reply(id, new LoggedOutResult(session));
        }
        else
        {
            link.Reply(id, answer.Login!);
        }
    }
}

/// <summary>Generated serialisation of <see cref="StoredAnswer"/>.</summary>
[JsonSerializable(typeof(StoredAnswer))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class StoredAnswerJson : JsonSerializerContext;
