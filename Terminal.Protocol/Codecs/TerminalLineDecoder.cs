using System.Buffers;
using System.Collections.Immutable;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

using Line = Incoming<TerminalRequest, TerminalNotification>;

/// <summary>Decodes what a terminal sends (docs/terminal-protocol.md §2, §3). Never throws for any bytes.</summary>
public static class TerminalLineDecoder
{
    private const int MaxId = 64, MaxName = 256, MaxSecret = 1_024, MaxToken = 8_192;

    /// <summary>Default and upper bound of the projects that one search returns.</summary>
    private const int DefaultProjects = 20, MaxProjects = 200;

    private static readonly Line NotJson = new Line.NotJson();
    private static readonly Line Unusable = new Line.UnusableNotification();
    private static readonly PingRequest Ping = new();

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
        TerminalRequest? body;
        if (method.Is("session.login"u8))
        {
            body = Login(ref members);
        }
        else if (method.Is("terminal.ping"u8))
        {
            body = Ping;
        }
        else if (method.Is("session.logout"u8))
        {
            body = Logout(ref members);
        }
        else if (method.Is("session.project"u8))
        {
            body = Project(ref members);
        }
        else if (method.Is("session.projects"u8))
        {
            body = Projects(ref members);
        }
        else if (method.Is("terminal.hello"u8))
        {
            return Hello(ref members, id);
        }
        else if (method.Is("card.register"u8))
        {
            body = Register(ref members);
        }
        else if (method.Is("offline.upload"u8))
        {
            body = Upload(ref members);
        }
        else
        {
            return new Line.BadRequest(id, RpcError.Of(ErrorCodes.MethodNotFound), false);
        }
        return body is not null && members.Fault is null
            ? new Line.Request(id, body)
            : new Line.BadRequest(id, new RpcError(ErrorCodes.InvalidParams, members.Fault ?? "invalidParams"), false);
    }

    private static Line Notification(in Envelope envelope)
    {
        var members = new MemberReader(envelope.Params);
        var method = new MethodName(envelope.Method);
        TerminalNotification? body = null;
        if (method.Is("session.activity"u8))
        {
            string? session = null;
            while (members.Next())
            {
                if (members.Is("session"u8, 0))
                {
                    session = members.Text(1, MaxId);
                }
            }
            body = session is null ? null : new ActivityNotification(session);
        }
        else if (method.Is("panel.state"u8))
        {
            string? state = null, detail = null;
            while (members.Next())
            {
                if (members.Is("state"u8, 0))
                {
                    state = members.Word(WireNames.PanelStates);
                }
                else if (members.Is("detail"u8, 1))
                {
                    detail = members.OptionalText(MaxSecret);
                }
            }
            body = state is null ? null : new PanelStateNotification(state, detail);
        }
        return body is null || members.Fault is not null ? Unusable : new Line.Notification(body);
    }

    /// <summary>The version is looked at first: what another version calls its parameters is not ours to judge.</summary>
    private static Line Hello(ref MemberReader members, RequestId id)
    {
        var protocol = 0;
        string vendor = "", model = "", firmware = "";
        ImmutableArray<string> capabilities = [];
        while (members.Next())
        {
            if (members.Is("protocol"u8, 0))
            {
                protocol = members.Integer(int.MinValue, int.MaxValue);
            }
            else if (members.Is("vendor"u8, 1))
            {
                vendor = members.Text(0, MaxName);
            }
            else if (members.Is("model"u8, 2))
            {
                model = members.Text(0, MaxName);
            }
            else if (members.Is("firmware"u8, 3))
            {
                firmware = members.Text(0, MaxName);
            }
            else if (members.Is("capabilities"u8, 4))
            {
                capabilities = members.Words(WireNames.Capabilities);
            }
        }
        if (members.Has(0) && protocol != WireNames.ProtocolVersion && members.Fault?.StartsWith("protocol", StringComparison.Ordinal) != true)
        {
            return new Line.Request(id, new HelloRequest(protocol, vendor, model, firmware, capabilities));
        }
        members.Require(members.Has(0), "protocol");
        members.Require(members.Has(1), "vendor");
        members.Require(members.Has(2), "model");
        members.Require(members.Has(3), "firmware");
        members.Require(members.Has(4), "capabilities");
        return members.Fault is { } fault
            ? new Line.BadRequest(id, new RpcError(ErrorCodes.InvalidParams, fault), true)
            : new Line.Request(id, new HelloRequest(protocol, vendor, model, firmware, capabilities));
    }

    private static LoginRequest? Login(ref MemberReader members)
    {
        var proof = new Proof();
        string? attempt = null;
        while (members.Next())
        {
            if (members.Is("attempt"u8, 8))
            {
                attempt = members.OptionalText(MaxId);
            }
            else
            {
                proof.TryRead(ref members, LoginMethods);
            }
        }
        members.Require(proof.Method.Length > 0, "method");
        var credential = proof.ToCredential(ref members);
        return credential is null ? null : new LoginRequest(credential, attempt);
    }

    private static CardRegisterRequest? Register(ref MemberReader members)
    {
        var proof = new Proof();
        while (members.Next())
        {
            proof.TryRead(ref members, RegisterMethods);
        }
        members.Require(proof.Card is not null, "card");
        members.Require(proof.Method.Length > 0, "method");
        var credential = proof.ToCredential(ref members);
        return credential is null || proof.Card is null ? null : new CardRegisterRequest(proof.Card, credential);
    }

    private static readonly ImmutableArray<string> LoginMethods = ["card", "pin", "card+pin", "password", "smartcard"];
    private static readonly ImmutableArray<string> RegisterMethods = ["code", "password"];

    /// <summary>The members by which a person proves who they are; which of them count is known once the method is.</summary>
    private ref struct Proof
    {
        public string Method = "";
        public string? Card, Pin, UserName, Password, Code;
        public ReadOnlyMemory<byte> Certificate;

        public Proof() { }

        public void TryRead(ref MemberReader members, ImmutableArray<string> methods)
        {
            if (members.Is("method"u8, 0))
            {
                Method = members.Word(methods);
            }
            else if (members.Is("card"u8, 1))
            {
                Card = members.IsNull ? null : members.Text(1, MaxName);
            }
            else if (members.Is("pin"u8, 2))
            {
                Pin = members.IsNull ? null : members.Text(1, MaxId);
            }
            else if (members.Is("username"u8, 3))
            {
                UserName = members.IsNull ? null : members.Text(1, MaxName);
            }
            else if (members.Is("password"u8, 4))
            {
                Password = members.IsNull ? null : members.Text(1, MaxSecret);
            }
            else if (members.Is("certificate"u8, 5))
            {
                Certificate = members.IsNull ? default : members.Bytes();
            }
            else if (members.Is("code"u8, 6))
            {
                Code = members.IsNull ? null : members.Text(1, MaxName);
            }
        }

        public readonly Credential? ToCredential(ref MemberReader members)
        {
            members.Require(Card is not null || Method is not ("card" or "card+pin"), "card");
            members.Require(Pin is not null || Method is not ("pin" or "card+pin"), "pin");
            members.Require(UserName is not null || Method != "password", "username");
            members.Require(Password is not null || Method != "password", "password");
            members.Require(!Certificate.IsEmpty || Method != "smartcard", "certificate");
            members.Require(Code is not null || Method != "code", "code");
            return members.Fault is not null ? null : Method switch
            {
                "card" => new Credential.Card(Card!),
                "pin" => new Credential.Pin(Pin!),
                "card+pin" => new Credential.CardAndPin(Card!, Pin!),
                "password" => new Credential.Password(UserName!, Password!),
                "smartcard" => new Credential.SmartCard(Certificate),
                "code" => new Credential.ActivationCode(Code!),
                _ => null,
            };
        }
    }

    private static ProjectsRequest Projects(ref MemberReader members)
    {
        string session = "", query = "";
        var limit = DefaultProjects;
        while (members.Next())
        {
            if (members.Is("session"u8, 0))
            {
                session = members.Text(1, MaxId);
            }
            else if (members.Is("query"u8, 1))
            {
                query = members.OptionalText(MaxName) ?? "";
            }
            else if (members.Is("limit"u8, 2) && !members.IsNull)
            {
                limit = Math.Min(members.Integer(1, int.MaxValue), MaxProjects);
            }
        }
        members.Require(session.Length > 0, "session");
        return new ProjectsRequest(session, query, limit);
    }

    private static ProjectRequest Project(ref MemberReader members)
    {
        string session = "", project = "";
        while (members.Next())
        {
            if (members.Is("session"u8, 0))
            {
                session = members.Text(1, MaxId);
            }
            else if (members.Is("project"u8, 1))
            {
                project = members.Text(1, MaxName);
            }
        }
        members.Require(session.Length > 0, "session");
        members.Require(project.Length > 0, "project");
        return new ProjectRequest(session, project);
    }

    private static LogoutRequest Logout(ref MemberReader members)
    {
        string session = "", reason = "";
        while (members.Next())
        {
            if (members.Is("session"u8, 0))
            {
                session = members.Text(1, MaxId);
            }
            else if (members.Is("reason"u8, 1))
            {
                reason = members.Word(WireNames.LogoutReasons);
            }
        }
        members.Require(session.Length > 0, "session");
        members.Require(reason.Length > 0, "reason");
        return new LogoutRequest(session, reason);
    }

    private static OfflineUploadRequest Upload(ref MemberReader members)
    {
        var entries = ImmutableArray.CreateBuilder<OfflineEntry>();
        while (members.Next())
        {
            if (members.Is("entries"u8, 0) && members.BeginArray())
            {
                while (members.NextElement())
                {
                    var inner = members.Enter();
                    entries.Add(Entry(ref inner));
                    members.Leave(inner);
                }
            }
        }
        members.Require(members.Has(0), "entries");
        return new OfflineUploadRequest(entries.DrainToImmutable());
    }

    private static OfflineEntry Entry(ref MemberReader members)
    {
        string localId = "", token = "";
        DateTimeOffset loginAt = default, logoutAt = default;
        ImmutableArray<string> functions = [];
        while (members.Next())
        {
            if (members.Is("localId"u8, 0))
            {
                localId = members.Text(1, MaxId);
            }
            else if (members.Is("token"u8, 1))
            {
                token = members.Text(1, MaxToken);
            }
            else if (members.Is("loginAt"u8, 2))
            {
                loginAt = members.Time();
            }
            else if (members.Is("logoutAt"u8, 3))
            {
                logoutAt = members.Time();
            }
            else if (members.Is("unlockedFunctions"u8, 4))
            {
                functions = members.Words(WireNames.Functions);
            }
        }
        members.Require(members.Has(0), "localId");
        members.Require(members.Has(1), "token");
        members.Require(members.Has(2), "loginAt");
        members.Require(members.Has(3), "logoutAt");
        members.Require(members.Has(4), "unlockedFunctions");
        return new OfflineEntry(localId, token, loginAt, logoutAt, functions);
    }
}
