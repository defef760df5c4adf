using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Messages;
using NUnit.Framework;

namespace CopyTrack.Terminal.Protocol.Tests.Codecs;

public sealed class RoundTripTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 4, 5, 6, 789, TimeSpan.Zero);
    private static readonly RequestId Seven = new(null, 7);

    private static readonly LoginResult Login = new(
        "900", new UserInfo("zoë", "Zoë \"Z\" Ångström", null), ["copy", "scan"], new ProjectChoice(true, [new ProjectInfo("1", "P-1", "Ünder/Über")]), 180, null);

    private static IEnumerable<TerminalRequest> TerminalRequests() =>
    [
        new HelloRequest(1, "v", "m", "1.0", ["card", "pin"]),
        new LoginRequest(new Credential.Card("04A2197C"), null),
        new LoginRequest(new Credential.CardAndPin("04A2197C", "123456"), "try-1"),
        new LoginRequest(new Credential.Pin("123456"), null),
        new LoginRequest(new Credential.Password("zoë", "pässwörd\n\u2028"), null),
        new ProjectsRequest("5", "al", 7),
        new ProjectRequest("5", "P-1"),
        new LogoutRequest("5", "idle"),
        new CardRegisterRequest("04A2", new Credential.ActivationCode("abc")),
        new PingRequest(),
    ];

    private static IEnumerable<ServerRequest> ServerRequests() =>
        [new PanelLock(null, "admin"), new PanelLock("5", "logout"), new PanelMessage("wait, \"please\"", "info", 4), new ServerPing()];

    private static IEnumerable<(TerminalRequest Request, TerminalResult Result)> Results() =>
    [
        (new LoginRequest(new Credential.Card("1"), null), new LoggedOutResult("77")),
        (new LogoutRequest("1", "user"), new LogoutResult("1", "settling")),
        (new ProjectRequest("1", "2"), new ProjectResult(new ProjectInfo("1", "P-1", "N"))),
        (new CardRegisterRequest("1", new Credential.ActivationCode("c")), new CardRegisterResult("u", "U")),
        (new PingRequest(), new PingResult(At)),
    ];

    [TestCaseSource(nameof(TerminalRequests))]
    public void Request_of_a_terminal_comes_back_as_it_was_sent(TerminalRequest request)
    {
        var line = Write(o => TerminalLineEncoder.Request(o, Seven, request));
        var decoded = (Incoming<TerminalRequest, TerminalNotification>.Request)TerminalLineDecoder.Decode(line);
        Assert.That(decoded.Id, Is.EqualTo(Seven));
        Assert.That(Write(o => TerminalLineEncoder.Request(o, Seven, decoded.Body)), Is.EqualTo(line));
        if (request is LoginRequest or LogoutRequest or ProjectsRequest)
        {
            Assert.That(decoded.Body, Is.EqualTo(request));
        }
    }

    [TestCaseSource(nameof(ServerRequests))]
    public void Request_of_the_server_comes_back_as_it_was_sent(ServerRequest request)
    {
        var line = Write(o => ServerLineEncoder.Request(o, Seven, request));
        Assert.That(((Incoming<ServerRequest, ServerNotification>.Request)ServerLineDecoder.Decode(line)).Body, Is.EqualTo(request));
    }

    [Test]
    public void Card_sign_and_unlock_keep_their_bytes_and_words()
    {
        var sign = new CardSign(new RequestId("login-1", 0), "ES256", new byte[] { 1, 2, 3 }, new byte[] { 4, 5 });
        var back = (CardSign)((Incoming<ServerRequest, ServerNotification>.Request)ServerLineDecoder.Decode(Write(o => ServerLineEncoder.Request(o, Seven, sign)))).Body;
        Assert.That(back.Login, Is.EqualTo(sign.Login));
        Assert.That(back.ToBeSigned.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(back.Content.ToArray(), Is.EqualTo(new byte[] { 4, 5 }));

        var unlock = Write(o => ServerLineEncoder.Request(o, Seven, new PanelUnlock("5", ["copy", "copyColor"])));
        Assert.That(Encoding.UTF8.GetString(unlock), Is.EqualTo("""{"jsonrpc":"2.0","id":7,"method":"panel.unlock","params":{"session":"5","functions":["copy","copyColor"]}}"""));
    }

    [TestCaseSource(nameof(Results))]
    public void Result_comes_back_as_it_was_sent((TerminalRequest Request, TerminalResult Result) pair)
    {
        var outcome = Outcome(Write(o => ServerLineEncoder.Result(o, Seven, pair.Result)));
        Assert.That(TerminalResultDecoder.Decode(pair.Request, outcome.Result!.Value), Is.EqualTo(pair.Result));
    }

    [Test]
    public void Hello_result_has_the_members_of_the_protocol()
    {
        var result = new HelloResult("12", new DeviceInfo("34", "Copier 1", "Hall"), At, 30, 180, ["card"], new OfflinePolicy(false, 0), Login with { State = "active" });
        var line = Write(o => ServerLineEncoder.Result(o, new RequestId("a\"b", 0), result));
        Assert.That(Encoding.UTF8.GetString(line), Is.EqualTo(
            """{"jsonrpc":"2.0","id":"a\"b","result":{"terminal":"12","device":{"id":"34","name":"Copier 1","location":"Hall"},"serverTime":"2026-11-22T04:05:06.789Z","heartbeatSeconds":30,"idleTimeoutSeconds":180,"loginMethods":["card"],"offline":{"allowed":false,"hours":0},"session":{"session":"900","user":{"name":"zoë","displayName":"Zoë \"Z\" Ångström","language":null},"functions":["copy","scan"],"projects":{"required":true,"recent":[{"id":"1","code":"P-1","name":"Ünder/Über"}]},"idleTimeoutSeconds":180,"offlineToken":null,"state":"active"}}}"""));
        var back = (HelloResult)TerminalResultDecoder.Decode(new HelloRequest(1, "", "", "", []), Outcome(line).Result!.Value)!;
        Assert.That(back.Session!.User, Is.EqualTo(Login.User));
        Assert.That(back.Session.State, Is.EqualTo("active"));
        Assert.That(back.ServerTime, Is.EqualTo(At));
        Assert.That(back.LoginMethods, Is.EqualTo(new[] { "card" }));
    }

    [Test]
    public void Offline_upload_and_its_result_keep_every_entry()
    {
        var upload = new OfflineUploadRequest([new OfflineEntry("1", "t", At, At.AddSeconds(9), ["copy"]), new OfflineEntry("2", "t", At, At, [])]);
        var back = (OfflineUploadRequest)((Incoming<TerminalRequest, TerminalNotification>.Request)TerminalLineDecoder.Decode(Write(o => TerminalLineEncoder.Request(o, Seven, upload)))).Body;
        Assert.That(back.Entries.Select(e => (e.LocalId, e.LoginAt, e.LogoutAt)), Is.EqualTo(upload.Entries.Select(e => (e.LocalId, e.LoginAt, e.LogoutAt))));
        var outcome = Outcome(Write(o => ServerLineEncoder.Result(o, Seven, new OfflineUploadResult(["1"], [new OfflineRejection("2", -32001, "unknownCard")]))));
        var result = (OfflineUploadResult)TerminalResultDecoder.Decode(upload, outcome.Result!.Value)!;
        Assert.That(result.Accepted, Is.EqualTo(new[] { "1" }));
        Assert.That(result.Rejected, Is.EqualTo(new[] { new OfflineRejection("2", -32001, "unknownCard") }));
    }

    [Test]
    public void Closing_has_no_retry_time_when_the_connection_was_replaced()
    {
        Assert.That(Encoding.UTF8.GetString(Write(o => ServerLineEncoder.Notification(o, new TerminalClosing("replaced", null)))),
            Is.EqualTo("""{"jsonrpc":"2.0","method":"terminal.closing","params":{"reason":"replaced"}}"""));
        var shutdown = ServerLineDecoder.Decode(Write(o => ServerLineEncoder.Notification(o, new TerminalClosing("shutdown", 5))));
        Assert.That(((Incoming<ServerRequest, ServerNotification>.Notification)shutdown).Body, Is.EqualTo(new TerminalClosing("shutdown", 5)));
    }

    [Test]
    public void Error_carries_its_data_and_a_null_id()
    {
        Assert.That(Encoding.UTF8.GetString(Write(o => ServerLineEncoder.Error(o, null, RpcError.RetryAfter(ErrorCodes.AccountLocked, 900)))),
            Is.EqualTo("""{"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":"accountLocked","data":{"retryAfterSeconds":900}}}"""));
        var outcome = Outcome(Write(o => TerminalLineEncoder.Error(o, Seven, new RpcError(ErrorCodes.WrongCardPin, "wrongCardPin", """{"retriesLeft":2}"""))));
        Assert.That(outcome.Error, Is.EqualTo(new RpcError(-32022, "wrongCardPin", """{"retriesLeft":2}""")));
    }

    [Test]
    public void Panel_results_are_read_only_in_their_form()
    {
        var unlocked = Outcome(Write(o => TerminalLineEncoder.Result(o, Seven, new PanelStateResult("unlocked")))).Result!.Value;
        var signed = Outcome(Write(o => TerminalLineEncoder.Result(o, Seven, new SignatureResult(new byte[] { 9 })))).Result!.Value;
        Assert.That(PanelResultDecoder.Decode(new PanelUnlock("5", []), unlocked), Is.EqualTo(new PanelStateResult("unlocked")));
        Assert.That(PanelResultDecoder.Decode(new PanelLock("5", "idle"), unlocked), Is.Null);
        Assert.That(PanelResultDecoder.Decode(new PanelUnlock("5", []), JsonElement.Parse("[]")), Is.Null);
        Assert.That(((SignatureResult)PanelResultDecoder.Decode(new CardSign(Seven, "RS256", default, default), signed)!).Signature.ToArray(), Is.EqualTo(new byte[] { 9 }));
    }

    private static RpcOutcome Outcome(byte[] line) => TerminalLineDecoder.Decode(line) switch
    {
        Incoming<TerminalRequest, TerminalNotification>.Reply reply => reply.Outcome,
        var other => throw new AssertionException("no reply but " + other),
    };

    private static byte[] Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        Assert.That(output.WrittenSpan.IndexOf((byte)'\n'), Is.EqualTo(output.WrittenCount - 1), "one LF, at the end");
        return output.WrittenSpan[..^1].ToArray();
    }
}
