using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>Writes what the server sends, each message as one line with its LF (docs/terminal-protocol.md §2 to §4).</summary>
public static class ServerLineEncoder
{
    /// <summary>The answer to a request.</summary>
    public static void Result(IBufferWriter<byte> output, RequestId id, TerminalResult result)
    {
        var writer = LineWriter.Begin(output);
        LineWriter.Id(writer, "id"u8, id);
        writer.WriteStartObject("result"u8);
        switch (result)
        {
            case HelloResult hello:
                Hello(writer, hello);
                break;
            case LoginResult login:
                Login(writer, login);
                break;
            case LoggedOutResult loggedOut:
                writer.WriteNull("session"u8);
                writer.WriteString("loggedOut"u8, loggedOut.LoggedOut);
                break;
            case ProjectsResult projects:
                Projects(writer, "projects"u8, projects.Projects);
                break;
            case ProjectResult project:
                writer.WritePropertyName("project"u8);
                Project(writer, project.Project);
                break;
            case LogoutResult logout:
                writer.WriteString("session"u8, logout.Session);
                writer.WriteString("state"u8, logout.State);
                break;
            case CardRegisterResult registered:
                writer.WriteStartObject("user"u8);
                writer.WriteString("name"u8, registered.Name);
                writer.WriteString("displayName"u8, registered.DisplayName);
                writer.WriteEndObject();
                break;
            case OfflineUploadResult upload:
                Upload(writer, upload);
                break;
            case PingResult ping:
                LineWriter.Time(writer, "serverTime"u8, ping.ServerTime);
                break;
            default:
                throw new ArgumentException("no wire form for " + result.GetType().Name, nameof(result));
        }
        writer.WriteEndObject();
        LineWriter.End(writer, output);
    }

    /// <summary>An error answer; a null id is written as JSON null.</summary>
    public static void Error(IBufferWriter<byte> output, RequestId? id, RpcError error) => SharedLines.Error(output, id, error);

    /// <summary>A request to the terminal.</summary>
    public static void Request(IBufferWriter<byte> output, RequestId id, ServerRequest request)
    {
        var writer = LineWriter.Begin(output);
        LineWriter.Id(writer, "id"u8, id);
        switch (request)
        {
            case PanelUnlock unlock:
                writer.WriteString("method"u8, "panel.unlock"u8);
                writer.WriteStartObject("params"u8);
                writer.WriteString("session"u8, unlock.Session);
                LineWriter.Texts(writer, "functions"u8, unlock.Functions);
                break;
            case PanelLock panelLock:
                writer.WriteString("method"u8, "panel.lock"u8);
                writer.WriteStartObject("params"u8);
                LineWriter.Text(writer, "session"u8, panelLock.Session);
                writer.WriteString("reason"u8, panelLock.Reason);
                break;
            case PanelMessage message:
                writer.WriteString("method"u8, "panel.message"u8);
                writer.WriteStartObject("params"u8);
                writer.WriteString("text"u8, message.Text);
                writer.WriteString("level"u8, message.Level);
                writer.WriteNumber("seconds"u8, message.Seconds);
                break;
            case CardSign sign:
                writer.WriteString("method"u8, "card.sign"u8);
                writer.WriteStartObject("params"u8);
                LineWriter.Id(writer, "login"u8, sign.Login);
                writer.WriteString("algorithm"u8, sign.Algorithm);
                writer.WriteBase64String("toBeSigned"u8, sign.ToBeSigned.Span);
                writer.WriteBase64String("content"u8, sign.Content.Span);
                break;
            case ServerPing:
                writer.WriteString("method"u8, "terminal.ping"u8);
                writer.WriteStartObject("params"u8);
                break;
            default:
                throw new ArgumentException("no wire form for " + request.GetType().Name, nameof(request));
        }
        writer.WriteEndObject();
        LineWriter.End(writer, output);
    }

    /// <summary>A notification.</summary>
    public static void Notification(IBufferWriter<byte> output, ServerNotification notification)
    {
        var writer = LineWriter.Begin(output);
        switch (notification)
        {
            case TerminalClosing closing:
                writer.WriteString("method"u8, "terminal.closing"u8);
                writer.WriteStartObject("params"u8);
                writer.WriteString("reason"u8, closing.Reason);
                if (closing.RetryAfterSeconds is { } seconds)
                {
                    writer.WriteNumber("retryAfterSeconds"u8, seconds);
                }
                break;
            default:
                throw new ArgumentException("no wire form for " + notification.GetType().Name, nameof(notification));
        }
        writer.WriteEndObject();
        LineWriter.End(writer, output);
    }

    private static void Hello(Utf8JsonWriter writer, HelloResult hello)
    {
        writer.WriteString("terminal"u8, hello.Terminal);
        writer.WriteStartObject("device"u8);
        writer.WriteString("id"u8, hello.Device.Id);
        writer.WriteString("name"u8, hello.Device.Name);
        LineWriter.Text(writer, "location"u8, hello.Device.Location);
        writer.WriteEndObject();
        LineWriter.Time(writer, "serverTime"u8, hello.ServerTime);
        writer.WriteNumber("heartbeatSeconds"u8, hello.HeartbeatSeconds);
        writer.WriteNumber("idleTimeoutSeconds"u8, hello.IdleTimeoutSeconds);
        LineWriter.Texts(writer, "loginMethods"u8, hello.LoginMethods);
        writer.WriteStartObject("offline"u8);
        writer.WriteBoolean("allowed"u8, hello.Offline.Allowed);
        writer.WriteNumber("hours"u8, hello.Offline.Hours);
        writer.WriteEndObject();
        if (hello.Session is { } session)
        {
            writer.WriteStartObject("session"u8);
            Login(writer, session);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("session"u8);
        }
    }

    private static void Login(Utf8JsonWriter writer, LoginResult login)
    {
        writer.WriteString("session"u8, login.Session);
        writer.WriteStartObject("user"u8);
        writer.WriteString("name"u8, login.User.Name);
        writer.WriteString("displayName"u8, login.User.DisplayName);
        LineWriter.Text(writer, "language"u8, login.User.Language);
        writer.WriteEndObject();
        LineWriter.Texts(writer, "functions"u8, login.Functions);
        writer.WriteStartObject("projects"u8);
        writer.WriteBoolean("required"u8, login.Projects.Required);
        Projects(writer, "recent"u8, login.Projects.Recent);
        writer.WriteEndObject();
        writer.WriteNumber("idleTimeoutSeconds"u8, login.IdleTimeoutSeconds);
        LineWriter.Text(writer, "offlineToken"u8, login.OfflineToken);
        if (login.State is { } state)
        {
            writer.WriteString("state"u8, state);
        }
    }

    private static void Upload(Utf8JsonWriter writer, OfflineUploadResult upload)
    {
        LineWriter.Texts(writer, "accepted"u8, upload.Accepted);
        writer.WriteStartArray("rejected"u8);
        foreach (var rejection in upload.Rejected.IsDefault ? [] : upload.Rejected)
        {
            writer.WriteStartObject();
            writer.WriteString("localId"u8, rejection.LocalId);
            writer.WriteNumber("code"u8, rejection.Code);
            writer.WriteString("message"u8, rejection.Message);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Projects(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ImmutableArray<ProjectInfo> projects)
    {
        writer.WriteStartArray(name);
        foreach (var project in projects.IsDefault ? [] : projects)
        {
            Project(writer, project);
        }
        writer.WriteEndArray();
    }

    private static void Project(Utf8JsonWriter writer, ProjectInfo project)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, project.Id);
        writer.WriteString("code"u8, project.Code);
        writer.WriteString("name"u8, project.Name);
        writer.WriteEndObject();
    }
}
