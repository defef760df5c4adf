using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Sessions;

public sealed class DeviceStateJsonTests
{
    private static readonly DateTimeOffset Now = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero).AddTicks(1234567);

    [Test]
    public void Every_member_survives_the_document()
    {
        var state = Full();
        var read = DeviceStateJson.Read(DeviceStateJson.Write(state));

        Assert.That(DeviceStateJson.Write(read), Is.EqualTo(DeviceStateJson.Write(state)));
        Assert.That(read.Last!.Values, Is.EqualTo(state.Last!.Values));
        Assert.That(read.Suspect!.Values, Is.EqualTo(state.Suspect!.Values));
        Assert.That(read.Open!.Counted, Is.EqualTo(state.Open!.Counted));
        Assert.That(read.Open with { Counted = state.Open.Counted }, Is.EqualTo(state.Open));
        Assert.That(read.Settling! with { Counted = state.Settling!.Counted }, Is.EqualTo(state.Settling));
        Assert.That(read with { Last = state.Last, Suspect = state.Suspect, Open = state.Open, Settling = state.Settling, ClaimToken = 9, ClaimOwner = "a" }, Is.EqualTo(state));
        Assert.That(read.Last with { Values = state.Last.Values }, Is.EqualTo(state.Last));
        Assert.That(read.Suspect with { Values = state.Suspect.Values }, Is.EqualTo(state.Suspect));
    }

    [Test]
    public void The_claim_is_not_in_the_document()
    {
        var read = DeviceStateJson.Read(DeviceStateJson.Write(Full()));
        Assert.That((read.ClaimToken, read.ClaimOwner), Is.EqualTo((0L, (string?)null)));
    }

    [Test]
    public void An_empty_state_is_the_default_again()
    {
        var state = new DeviceState { DeviceId = 7 };
        Assert.That(DeviceStateJson.Read(DeviceStateJson.Write(state)), Is.EqualTo(state));
        Assert.That(DeviceStateJson.Read("""{"deviceId":7,"later":1}"""), Is.EqualTo(state), "absent members have their defaults, unknown ones are passed over");
    }

    [Test]
    public void What_is_no_document_is_refused() => Assert.That(() => DeviceStateJson.Read("null"), Throws.TypeOf<JsonException>());

    [Test]
    public void A_document_of_an_open_session_and_fifteen_counters_stays_small()
    {
        var state = Full() with { Suspect = null, Settling = null };
        var text = DeviceStateJson.Write(state);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 2000; i++)
        {
            text = DeviceStateJson.Write(DeviceStateJson.Read(text));
        }

        TestContext.Out.WriteLine($"{Encoding.UTF8.GetByteCount(text)} bytes, {watch.Elapsed.TotalMicroseconds / 2000:0.0} us to read and write; idle {Encoding.UTF8.GetByteCount(DeviceStateJson.Write(state with { Open = null }))} bytes");
        Assert.That(Encoding.UTF8.GetByteCount(text), Is.LessThan(2500));
    }

    private static DeviceState Full()
    {
        ImmutableArray<long?> values = [.. Enumerable.Range(0, 16).Select(i => i == 3 ? null : (long?)(76_000 + (i * 1111)))];
        var record = new SessionRecord
        {
            Id = 123456789012345678, DeviceId = 7, TerminalId = "T1", PersonId = 5, ProjectId = 9, State = SessionState.AwaitingProject, Method = "card+pin",
            Functions = "copy;copyColor", ProjectRequired = true, OpenedAt = Now, LastActivityAt = Now.AddSeconds(1), EndedAt = Now.AddSeconds(2), SettledAt = Now.AddSeconds(3),
            EndReason = EndReason.Lost, Inferred = true, InferredReason = "why",
        };
        var live = new LiveSession
        {
            Record = record, Started = true, StartInferred = true, InferredReason = "because", UnsureUntil = Now, TerminalLostAt = Now, MovedAt = Now, OwnMovedAt = Now.AddSeconds(1),
            IdleSince = Now, Counted = [PageFunction.Copy, PageFunction.Scan],
        };
        return new DeviceState
        {
            DeviceId = 7, ClaimToken = 9, ClaimOwner = "a", Epoch = 3, Fingerprint = PaperModel.Cells(1L << 31).Set.Fingerprint,
            Last = new Border(12, Now, Now, Now, 2, 4711, "SN", values), Suspect = new Suspect(13, Now, Now, 2, "SN2", values, "fell", "other/1"),
            ReadingSeq = 13, EntrySeq = 99, Open = live, Settling = live with { Record = record with { Id = 1 } }, LagMs = 2500, UnreachableSince = Now, MovedAt = Now, Reversals = 4,
        };
    }
}
