using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>Reads the server's answers to a terminal's requests (docs/terminal-protocol.md §3): the terminal's side of the codec.</summary>
public static class TerminalResultDecoder
{
    private const int MaxText = 16_384;

    /// <summary>The typed answer to <paramref name="request"/>, or null when <paramref name="result"/> does not have its form.</summary>
    public static TerminalResult? Decode(TerminalRequest request, JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        var members = new MemberReader(Encoding.UTF8.GetBytes(result.GetRawText()));
        TerminalResult decoded = request switch
        {
            HelloRequest => Hello(ref members),
            LoginRequest => Login(ref members),
            ProjectsRequest => new ProjectsResult(OnlyProjects(ref members)),
            ProjectRequest => OneProject(ref members),
            LogoutRequest => Logout(ref members),
            CardRegisterRequest => Registered(ref members),
            OfflineUploadRequest => Upload(ref members),
            _ => Ping(ref members),
        };
        return members.Fault is null ? decoded : null;
    }

    private static HelloResult Hello(ref MemberReader members)
    {
        var terminal = "";
        var device = new DeviceInfo("", "", "");
        DateTimeOffset time = default;
        int heartbeat = 30, idle = 180;
        ImmutableArray<string> methods = [];
        var offline = new OfflinePolicy(false, 0);
        LoginResult? session = null;
        while (members.Next())
        {
            if (members.Is("terminal"u8, 0))
            {
                terminal = members.Text(1, MaxText);
            }
            else if (members.Is("device"u8, 1))
            {
                var inner = members.Enter();
                device = Device(ref inner);
                members.Leave(inner);
            }
            else if (members.Is("serverTime"u8, 2))
            {
                time = members.Time();
            }
            else if (members.Is("heartbeatSeconds"u8, 3))
            {
                heartbeat = members.Integer(1, int.MaxValue);
            }
            else if (members.Is("idleTimeoutSeconds"u8, 4))
            {
                idle = members.Integer(0, int.MaxValue);
            }
            else if (members.Is("loginMethods"u8, 5))
            {
                methods = members.Texts(MaxText);
            }
            else if (members.Is("offline"u8, 6))
            {
                var inner = members.Enter();
                offline = Offline(ref inner);
                members.Leave(inner);
            }
            else if (members.Is("session"u8, 7) && !members.IsNull)
            {
                var inner = members.Enter();
                session = Login(ref inner) as LoginResult;
                members.Leave(inner);
            }
        }
        members.Require(members.Has(0), "terminal");
        members.Require(members.Has(3), "heartbeatSeconds");
        return new HelloResult(terminal, device, time, heartbeat, idle, methods, offline, session);
    }

    private static DeviceInfo Device(ref MemberReader members)
    {
        string id = "", name = "", location = "";
        while (members.Next())
        {
            if (members.Is("id"u8, 0))
            {
                id = members.Text(0, MaxText);
            }
            else if (members.Is("name"u8, 1))
            {
                name = members.Text(0, MaxText);
            }
            else if (members.Is("location"u8, 2))
            {
                location = members.OptionalText(MaxText) ?? "";
            }
        }
        return new DeviceInfo(id, name, location);
    }

    private static OfflinePolicy Offline(ref MemberReader members)
    {
        var allowed = false;
        var hours = 0;
        while (members.Next())
        {
            if (members.Is("allowed"u8, 0))
            {
                allowed = members.Boolean();
            }
            else if (members.Is("hours"u8, 1))
            {
                hours = members.Integer(0, int.MaxValue);
            }
        }
        return new OfflinePolicy(allowed, hours);
    }

    private static TerminalResult Login(ref MemberReader members)
    {
        string? session = null, loggedOut = null, token = null, state = null;
        var user = new UserInfo("", "", null);
        ImmutableArray<string> functions = [];
        var projects = new ProjectChoice(false, []);
        var idle = 0;
        while (members.Next())
        {
            if (members.Is("session"u8, 0))
            {
                session = members.OptionalText(MaxText);
            }
            else if (members.Is("loggedOut"u8, 1))
            {
                loggedOut = members.OptionalText(MaxText);
            }
            else if (members.Is("user"u8, 2))
            {
                var inner = members.Enter();
                user = User(ref inner);
                members.Leave(inner);
            }
            else if (members.Is("functions"u8, 3))
            {
                functions = members.Texts(MaxText);
            }
            else if (members.Is("projects"u8, 4))
            {
                var inner = members.Enter();
                projects = Choice(ref inner);
                members.Leave(inner);
            }
            else if (members.Is("idleTimeoutSeconds"u8, 5))
            {
                idle = members.Integer(0, int.MaxValue);
            }
            else if (members.Is("offlineToken"u8, 6))
            {
                token = members.OptionalText(MaxText);
            }
            else if (members.Is("state"u8, 7))
            {
                state = members.OptionalText(MaxText);
            }
        }
        if (session is null && loggedOut is not null)
        {
            return new LoggedOutResult(loggedOut);
        }
        members.Require(session is not null, "session");
        return new LoginResult(session ?? "", user, functions, projects, idle, token, state);
    }

    private static UserInfo User(ref MemberReader members)
    {
        string name = "", display = "";
        string? language = null;
        while (members.Next())
        {
            if (members.Is("name"u8, 0))
            {
                name = members.Text(0, MaxText);
            }
            else if (members.Is("displayName"u8, 1))
            {
                display = members.Text(0, MaxText);
            }
            else if (members.Is("language"u8, 2))
            {
                language = members.OptionalText(MaxText);
            }
        }
        return new UserInfo(name, display, language);
    }

    private static ProjectChoice Choice(ref MemberReader members)
    {
        var required = false;
        ImmutableArray<ProjectInfo> recent = [];
        while (members.Next())
        {
            if (members.Is("required"u8, 0))
            {
                required = members.Boolean();
            }
            else if (members.Is("recent"u8, 1))
            {
                recent = ProjectArray(ref members);
            }
        }
        return new ProjectChoice(required, recent);
    }

    private static ImmutableArray<ProjectInfo> OnlyProjects(ref MemberReader members)
    {
        ImmutableArray<ProjectInfo> projects = [];
        while (members.Next())
        {
            if (members.Is("projects"u8, 0))
            {
                projects = ProjectArray(ref members);
            }
        }
        members.Require(members.Has(0), "projects");
        return projects;
    }

    private static ProjectResult OneProject(ref MemberReader members)
    {
        var project = new ProjectInfo("", "", "");
        while (members.Next())
        {
            if (members.Is("project"u8, 0))
            {
                var inner = members.Enter();
                project = Project(ref inner);
                members.Leave(inner);
            }
        }
        members.Require(members.Has(0), "project");
        return new ProjectResult(project);
    }

    private static ImmutableArray<ProjectInfo> ProjectArray(ref MemberReader members)
    {
        var projects = ImmutableArray.CreateBuilder<ProjectInfo>();
        if (members.BeginArray())
        {
            while (members.NextElement())
            {
                var inner = members.Enter();
                projects.Add(Project(ref inner));
                members.Leave(inner);
            }
        }
        return projects.DrainToImmutable();
    }

    private static ProjectInfo Project(ref MemberReader members)
    {
        string id = "", code = "", name = "";
        while (members.Next())
        {
            if (members.Is("id"u8, 0))
            {
                id = members.Text(0, MaxText);
            }
            else if (members.Is("code"u8, 1))
            {
                code = members.Text(0, MaxText);
            }
            else if (members.Is("name"u8, 2))
            {
                name = members.Text(0, MaxText);
            }
        }
        return new ProjectInfo(id, code, name);
    }

    private static LogoutResult Logout(ref MemberReader members)
    {
        string session = "", state = "";
        while (members.Next())
        {
            if (members.Is("session"u8, 0))
            {
                session = members.Text(0, MaxText);
            }
            else if (members.Is("state"u8, 1))
            {
                state = members.Text(0, MaxText);
            }
        }
        return new LogoutResult(session, state);
    }

    private static CardRegisterResult Registered(ref MemberReader members)
    {
        var user = new UserInfo("", "", null);
        while (members.Next())
        {
            if (members.Is("user"u8, 0))
            {
                var inner = members.Enter();
                user = User(ref inner);
                members.Leave(inner);
            }
        }
        members.Require(members.Has(0), "user");
        return new CardRegisterResult(user.Name, user.DisplayName);
    }

    private static OfflineUploadResult Upload(ref MemberReader members)
    {
        ImmutableArray<string> accepted = [];
        var rejected = ImmutableArray.CreateBuilder<OfflineRejection>();
        while (members.Next())
        {
            if (members.Is("accepted"u8, 0))
            {
                accepted = members.Texts(MaxText);
            }
            else if (members.Is("rejected"u8, 1) && members.BeginArray())
            {
                while (members.NextElement())
                {
                    var inner = members.Enter();
                    rejected.Add(Rejection(ref inner));
                    members.Leave(inner);
                }
            }
        }
        return new OfflineUploadResult(accepted, rejected.DrainToImmutable());
    }

    private static OfflineRejection Rejection(ref MemberReader members)
    {
        string localId = "", message = "";
        var code = 0;
        while (members.Next())
        {
            if (members.Is("localId"u8, 0))
            {
                localId = members.Text(0, MaxText);
            }
            else if (members.Is("code"u8, 1))
            {
                code = members.Integer(int.MinValue, int.MaxValue);
            }
            else if (members.Is("message"u8, 2))
            {
                message = members.Text(0, MaxText);
            }
        }
        return new OfflineRejection(localId, code, message);
    }

    private static PingResult Ping(ref MemberReader members)
    {
        DateTimeOffset time = default;
        while (members.Next())
        {
            if (members.Is("serverTime"u8, 0))
            {
                time = members.Time();
            }
        }
        return new PingResult(time);
    }
}
