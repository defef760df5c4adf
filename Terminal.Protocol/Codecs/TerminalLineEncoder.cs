using System.Buffers;
using System.Text.Json;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>Writes what a terminal sends, each message as one line with its LF (docs/terminal-protocol.md §2 to §4).</summary>
public static class TerminalLineEncoder
{
    /// <summary>A request to the server.</summary>
    public static void Request(IBufferWriter<byte> output, RequestId id, TerminalRequest request)
    {
        var writer = LineWriter.Begin(output);
        LineWriter.Id(writer, "id"u8, id);
        switch (request)
        {
            case HelloRequest hello:
                Begin(writer, "terminal.hello"u8);
                writer.WriteNumber("protocol"u8, hello.Protocol);
                writer.WriteString("vendor"u8, hello.Vendor);
                writer.WriteString("model"u8, hello.Model);
                writer.WriteString("firmware"u8, hello.Firmware);
                LineWriter.Texts(writer, "capabilities"u8, hello.Capabilities);
                break;
            case LoginRequest login:
                Begin(writer, "session.login"u8);
                Proof(writer, login.Credential);
                if (login.Attempt is { } attempt)
                {
                    writer.WriteString("attempt"u8, attempt);
                }
                break;
            case ProjectsRequest projects:
                Begin(writer, "session.projects"u8);
                writer.WriteString("session"u8, projects.Session);
                writer.WriteString("query"u8, projects.Query);
                writer.WriteNumber("limit"u8, projects.Limit);
                break;
            case ProjectRequest project:
                Begin(writer, "session.project"u8);
                writer.WriteString("session"u8, project.Session);
                writer.WriteString("project"u8, project.Project);
                break;
            case LogoutRequest logout:
                Begin(writer, "session.logout"u8);
                writer.WriteString("session"u8, logout.Session);
                writer.WriteString("reason"u8, logout.Reason);
                break;
            case CardRegisterRequest register:
                Begin(writer, "card.register"u8);
                writer.WriteString("card"u8, register.Card);
                Proof(writer, register.Proof);
                break;
            case OfflineUploadRequest upload:
                Begin(writer, "offline.upload"u8);
                Entries(writer, upload);
                break;
            case PingRequest:
                Begin(writer, "terminal.ping"u8);
                break;
            default:
                throw new ArgumentException("no wire form for " + request.GetType().Name, nameof(request));
        }
        writer.WriteEndObject();
        LineWriter.End(writer, output);
    }

    /// <summary>A notification to the server.</summary>
    public static void Notification(IBufferWriter<byte> output, TerminalNotification notification)
    {
        var writer = LineWriter.Begin(output);
        switch (notification)
        {
            case ActivityNotification activity:
                Begin(writer, "session.activity"u8);
                writer.WriteString("session"u8, activity.Session);
                break;
            case PanelStateNotification panel:
                Begin(writer, "panel.state"u8);
                writer.WriteString("state"u8, panel.State);
                LineWriter.Text(writer, "detail"u8, panel.Detail);
                break;
            default:
                throw new ArgumentException("no wire form for " + notification.GetType().Name, nameof(notification));
        }
        writer.WriteEndObject();
        LineWriter.End(writer, output);
    }

    /// <summary>The answer to a request of the server.</summary>
    public static void Result(IBufferWriter<byte> output, RequestId id, PanelResult result)
    {
        var writer = LineWriter.Begin(output);
        LineWriter.Id(writer, "id"u8, id);
        writer.WriteStartObject("result"u8);
        switch (result)
        {
            case PanelStateResult panel:
                writer.WriteString("state"u8, panel.State);
                break;
            case SignatureResult signed:
                writer.WriteBase64String("signature"u8, signed.Signature.Span);
                break;
            case EmptyResult:
                break;
            default:
                throw new ArgumentException("no wire form for " + result.GetType().Name, nameof(result));
        }
        writer.WriteEndObject();
        LineWriter.End(writer, output);
    }

    /// <summary>An error answer; a null id is written as JSON null.</summary>
    public static void Error(IBufferWriter<byte> output, RequestId? id, RpcError error) => SharedLines.Error(output, id, error);

    private static void Begin(Utf8JsonWriter writer, ReadOnlySpan<byte> method)
    {
        writer.WriteString("method"u8, method);
        writer.WriteStartObject("params"u8);
    }

    private static void Proof(Utf8JsonWriter writer, Credential credential)
    {
        writer.WriteString("method"u8, credential.Method);
        switch (credential)
        {
            case Credential.Card card:
                writer.WriteString("card"u8, card.Number);
                break;
            case Credential.Pin pin:
                writer.WriteString("pin"u8, pin.Digits);
                break;
            case Credential.CardAndPin both:
                writer.WriteString("card"u8, both.Number);
                writer.WriteString("pin"u8, both.Digits);
                break;
            case Credential.Password password:
                writer.WriteString("username"u8, password.UserName);
                writer.WriteString("password"u8, password.Secret);
                break;
            case Credential.SmartCard smartCard:
                writer.WriteBase64String("certificate"u8, smartCard.Certificate.Span);
                break;
            case Credential.ActivationCode code:
                writer.WriteString("code"u8, code.Code);
                break;
            default:
                throw new ArgumentException("no wire form for this credential", nameof(credential));
        }
    }

    private static void Entries(Utf8JsonWriter writer, OfflineUploadRequest upload)
    {
        writer.WriteStartArray("entries"u8);
        foreach (var entry in upload.Entries.IsDefault ? [] : upload.Entries)
        {
            writer.WriteStartObject();
            writer.WriteString("localId"u8, entry.LocalId);
            writer.WriteString("token"u8, entry.Token);
            LineWriter.Time(writer, "loginAt"u8, entry.LoginAt);
            LineWriter.Time(writer, "logoutAt"u8, entry.LogoutAt);
            LineWriter.Texts(writer, "unlockedFunctions"u8, entry.UnlockedFunctions);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
