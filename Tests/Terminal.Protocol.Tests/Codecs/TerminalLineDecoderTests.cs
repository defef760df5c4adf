using System.Buffers;
using System.Text;
using System.Text.Json;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Messages;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Terminal.Protocol.Tests.Codecs;

using Line = Incoming<TerminalRequest, TerminalNotification>;

public sealed class TerminalLineDecoderTests
{
    private static IEnumerable<TestCaseData> Cases() =>
        Vectors.ServerDecodes().Select(v => new TestCaseData(v.Line, v.Expected).SetArgDisplayNames(Encoding.Latin1.GetString(v.Line), v.Expected));

    [TestCaseSource(nameof(Cases))]
    public void Vector_decodes_the_same_whole_split_at_each_index_and_byte_by_byte(byte[] line, string expected)
    {
        Assert.That(Describe(TerminalLineDecoder.Decode(line), expected), Is.EqualTo(expected));
        Assert.That(Describe(TerminalLineDecoder.Decode(Vectors.OneByteSegments(line)), expected), Is.EqualTo(expected));
        for (var i = 1; i < line.Length; i++)
        {
            Assert.That(Describe(TerminalLineDecoder.Decode(Vectors.Cut(line, i)), expected), Is.EqualTo(expected));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Vector_that_is_cut_short_or_damaged_never_throws(byte[] line, string expected)
    {
        for (var i = 0; i < line.Length; i++)
        {
            _ = TerminalLineDecoder.Decode(line.AsSpan(0, i));
            _ = ServerLineDecoder.Decode(line.AsSpan(i));
            var damaged = (byte[])line.Clone();
            damaged[i] ^= 0x15;
            _ = TerminalLineDecoder.Decode(damaged);
            _ = ServerLineDecoder.Decode(damaged);
        }
        Assert.That(expected, Is.Not.Empty);
    }

    [Test]
    public void Noise_never_throws() =>
        Prop.ForAll<byte[]>(noise =>
        {
            _ = TerminalLineDecoder.Decode(noise);
            _ = ServerLineDecoder.Decode(noise);
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Noise_inside_known_members_never_throws() =>
        Prop.ForAll<string, int, string>((name, number, text) =>
        {
            object?[] values = [name, number, text, null, new[] { text }, new Dictionary<string, object?> { [name ?? ""] = number }, true, 1.5];
            foreach (var value in values)
            {
                var line = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
                {
                    ["jsonrpc"] = "2.0",
                    ["id"] = value,
                    ["method"] = number % 2 == 0 ? "session.login" : "offline.upload",
                    ["params"] = new Dictionary<string, object?> { ["method"] = "card", ["card"] = value, ["entries"] = new[] { value }, ["attempt"] = value },
                });
                _ = TerminalLineDecoder.Decode(line);
                _ = ServerLineDecoder.Decode(line);
            }
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Line_is_malformed_but_json_when_it_nests_deeper_than_anything_needs()
    {
        Assert.That(TerminalLineDecoder.Decode(Encoding.ASCII.GetBytes(new string('[', 20_000) + new string(']', 20_000))), Is.TypeOf<Line.Malformed>());
        Assert.That(TerminalLineDecoder.Decode(Encoding.ASCII.GetBytes(new string('[', 60_000))), Is.TypeOf<Line.NotJson>());
        var deep = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"terminal.ping\",\"params\":{\"x\":" + new string('[', 200) + new string(']', 200) + "}}";
        Assert.That(TerminalLineDecoder.Decode(Encoding.ASCII.GetBytes(deep)), Is.EqualTo(new Line.Malformed(new RequestId(null, 1))));
        var shallow = deep.Replace(new string('[', 200), new string('[', 40), StringComparison.Ordinal).Replace(new string(']', 200), new string(']', 40), StringComparison.Ordinal);
        Assert.That(TerminalLineDecoder.Decode(Encoding.ASCII.GetBytes(shallow)), Is.TypeOf<Line.Request>());
    }

    [Test]
    public void Fault_names_the_member_and_never_shows_a_secret()
    {
        var line = """{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"method":"card+pin","card":"CARD-SECRET","pin":["7777"]}}"""u8;
        var bad = (Line.BadRequest)TerminalLineDecoder.Decode(line);
        Assert.That(bad.Error.Message, Is.EqualTo("pin must be a text of 1 to 64 characters"));
    }

    [Test]
    public void Texts_of_messages_mask_secrets()
    {
        var login = TerminalLineDecoder.Decode("""{"jsonrpc":"2.0","id":1,"method":"session.login","params":{"method":"password","username":"u","password":"hunter2"}}"""u8);
        var register = TerminalLineDecoder.Decode("""{"jsonrpc":"2.0","id":1,"method":"card.register","params":{"card":"C0FFEE","method":"code","code":"hunter2"}}"""u8);
        Assert.That(login.ToString() + register, Does.Not.Contain("hunter2").And.Not.Contain("C0FFEE"));
    }

    [Test]
    public void Offline_times_come_back_in_utc_when_written_with_an_offset()
    {
        var line = """{"jsonrpc":"2.0","id":9,"method":"offline.upload","params":{"entries":[{"localId":"1","token":"t","loginAt":"2026-01-02T03:04:05+01:00","logoutAt":"2026-01-02t03:05:05.123456789z","unlockedFunctions":["scan","copy"]}]}}"""u8;
        var entry = ((OfflineUploadRequest)((Line.Request)TerminalLineDecoder.Decode(line)).Body).Entries[0];
        Assert.That(entry.LoginAt, Is.EqualTo(new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero)));
        Assert.That(entry.LogoutAt, Is.EqualTo(new DateTimeOffset(2026, 1, 2, 3, 5, 5, TimeSpan.Zero).AddTicks(1_234_567)));
        Assert.That(entry.UnlockedFunctions, Is.EqualTo(new[] { "copy", "scan" }));
    }

    private static string Describe(Line line, string expected) => line switch
    {
        Line.NotJson => "notjson",
        Line.Malformed bad => "malformed " + Id(bad.Id),
        Line.Request request => $"request {Id(request.Id)} {request.Body.GetType().Name}",
        Line.BadRequest bad => $"bad {Id(bad.Id)} {bad.Error.Code}" + (bad.Error.Code == -32602 ? " " + bad.Error.Message.Split(' ')[0] : ""),
        Line.Notification notification => "notification " + notification.Body.GetType().Name,
        Line.UnusableNotification => "unusable",
        Line.Reply reply => $"reply {Id(reply.Id)} {(reply.Outcome.Error is { } error ? error.Code : "result")}",
        _ => "unexpected for " + expected,
    };

    private static string Id(RequestId? id) => id is not { } known ? "null" : known.Text is { } text ? $"\"{text}\"" : known.ToString();
}
