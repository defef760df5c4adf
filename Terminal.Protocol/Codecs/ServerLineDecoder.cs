using System.Buffers;
using System.Collections.Immutable;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

using Line = Incoming<ServerRequest, ServerNotification>;

/// <summary>Decodes what the server sends (docs/terminal-protocol.md §4): the terminal's side of the codec. Never throws for any bytes.</summary>
public static class ServerLineDecoder
{
    private const int MaxId = 64, MaxText = 4_096;

    private static readonly Line NotJson = new Line.NotJson();
    private static readonly Line Unusable = new Line.UnusableNotification();

    /// <summary>Decodes one line without its LF.</summary>
    public static Line Decode(in ReadOnlySequence<byte> line)
    {
        using var bytes = new LineBytes(line);
        return Decode(bytes.Span);
    }

    /// <summary>Decodes one line without its LF; nothing of <paramref name="line"/> is kept.</summary>
    public static Line Decode(ReadOnlySpan<byte> line)
    {
        var envelope = Envelope.Read(line);
        return envelope.Kind switch
        {
            EnvelopeKind.NotJson => NotJson,
            EnvelopeKind.Reply => new Line.Reply(envelope.Id, ReplyReader.Read(envelope)),
            EnvelopeKind.Call when envelope.IsNotification => Notification(envelope),
            EnvelopeKind.Call => Request(envelope, envelope.Id!.Value),
            _ => new Line.Malformed(envelope.Id),
        };
    }

    private static Line Request(in Envelope envelope, RequestId id)
    {
        var members = new MemberReader(envelope.Params);
        var method = new MethodName(envelope.Method);
        ServerRequest body;
        if (method.Is("panel.unlock"u8))
        {
            body = Unlock(ref members);
        }
        else if (method.Is("panel.lock"u8))
        {
            body = Lock(ref members);
        }
        else if (method.Is("panel.message"u8))
        {
            body = Message(ref members);
        }
        else if (method.Is("terminal.ping"u8))
        {
            body = new ServerPing();
        }
        else if (method.Is("card.sign"u8))
        {
            body = Sign(ref members);
        }
        else
        {
            return new Line.BadRequest(id, RpcError.Of(ErrorCodes.MethodNotFound), false);
        }
        return members.Fault is { } fault
            ? new Line.BadRequest(id, new RpcError(ErrorCodes.InvalidParams, fault), false)
            : new Line.Request(id, body);
    }

    private static Line Notification(in Envelope envelope)
    {
        var members = new MemberReader(envelope.Params);
        if (!new MethodName(envelope.Method).Is("terminal.closing"u8))
        {
            return Unusable;
        }
        var reason = "";
        int? retryAfter = null;
        while (members.Next())
        {
            if (members.Is("reason"u8, 0))
            {
                reason = members.Text(0, MaxId);
            }
            else if (members.Is("retryAfterSeconds"u8, 1) && !members.IsNull)
            {
                retryAfter = members.Integer(0, int.MaxValue);
            }
        }
        return members.Fault is null ? new Line.Notification(new TerminalClosing(reason, retryAfter)) : Unusable;
    }

    private static PanelUnlock Unlock(ref MemberReader members)
    {
        var session = "";
        ImmutableArray<string> functions = [];
        while (members.Next())
        {
            if (members.Is("session"u8, 0))
            {
                session = members.Text(1, MaxId);
            }
            else if (members.Is("functions"u8, 1))
            {
                functions = members.Words(WireNames.Functions);
            }
        }
        members.Require(members.Has(0), "session");
        members.Require(members.Has(1), "functions");
        return new PanelUnlock(session, functions);
    }

    private static PanelLock Lock(ref MemberReader members)
    {
        string? session = null;
        var reason = "";
        while (members.Next())
        {
            if (members.Is("session"u8, 0))
            {
                session = members.OptionalText(MaxId);
            }
            else if (members.Is("reason"u8, 1))
            {
                reason = members.Text(0, MaxId);
            }
        }
        return new PanelLock(session, reason);
    }

    private static PanelMessage Message(ref MemberReader members)
    {
        string text = "", level = "info";
        var seconds = 0;
        while (members.Next())
        {
            if (members.Is("text"u8, 0))
            {
                text = members.Text(0, MaxText);
            }
            else if (members.Is("level"u8, 1))
            {
                level = members.Word(WireNames.MessageLevels);
            }
            else if (members.Is("seconds"u8, 2))
            {
                seconds = members.Integer(0, int.MaxValue);
            }
        }
        members.Require(members.Has(0), "text");
        return new PanelMessage(text, level, seconds);
    }

    private static CardSign Sign(ref MemberReader members)
    {
        RequestId login = default;
        var algorithm = "";
        ReadOnlyMemory<byte> toBeSigned = default, content = default;
        while (members.Next())
        {
            if (members.Is("login"u8, 0))
            {
                login = members.Id();
            }
            else if (members.Is("algorithm"u8, 1))
            {
                algorithm = members.Word(WireNames.SignAlgorithms);
            }
            else if (members.Is("toBeSigned"u8, 2))
            {
                toBeSigned = members.Bytes();
            }
            else if (members.Is("content"u8, 3))
            {
                content = members.Bytes();
            }
        }
        members.Require(members.Has(0), "login");
        members.Require(members.Has(1), "algorithm");
        members.Require(members.Has(2), "toBeSigned");
        members.Require(members.Has(3), "content");
        return new CardSign(login, algorithm, toBeSigned, content);
    }
}
