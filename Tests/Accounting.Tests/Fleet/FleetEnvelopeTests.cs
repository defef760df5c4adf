using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Fleet;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Fleet;

/// <summary>Envelopes: who signed what, to the last byte.</summary>
public sealed class FleetEnvelopeTests
{
    private readonly ECDsa _agent = FleetKeys.Create(), _manager = FleetKeys.Create();

    [OneTimeTearDown]
    public void End()
    {
        _agent.Dispose();
        _manager.Dispose();
    }

    [Test]
    public void Every_changed_byte_breaks_the_envelope_or_its_signature()
    {
        var bytes = new MessageEnvelope("a1", 7, 5, FleetSample.Now, "body"u8.ToArray()).Seal(_agent);
        var whole = MessageEnvelope.Read(bytes, out var outside);
        Assert.That((whole.Agent, whole.Sequence, whole.First, whole.Sent, outside.IsSignedBy(_agent), outside.IsSignedBy(_manager)), Is.EqualTo(("a1", 7L, 5L, FleetSample.Now, true, false)));
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var flip in new byte[] { 1, 0x20, 0x80 })
            {
                var changed = (byte[])bytes.Clone();
                changed[i] ^= flip;
                Assert.That(Holds(changed), Is.False, $"byte {i}");
            }

            Assert.That(Holds(bytes[..i]), Is.False, $"cut at {i}");
        }

        Assert.That(Holds([.. bytes, 0]), Is.False, "longer than it says");
    }

    [TestCase("CopyTrack-Fleet: 1\nKind: message\nKind: message\nLength: 0\nSignature: AA==\n\n")]
    [TestCase("CopyTrack-Fleet: 2\nKind: message\nLength: 0\nSignature: AA==\n\n")]
    [TestCase("CopyTrack-Fleet: 1\nSignature: AA==\n\n")]
    [TestCase("\n\n")]
    [TestCase("")]
    public void What_is_no_envelope_is_refused(string text) =>
        Assert.That(() => MessageEnvelope.Read(Encoding.ASCII.GetBytes(text), out _), Throws.TypeOf<FleetFormatException>());

    [Test]
    public void Envelope_that_is_too_long_is_refused_before_it_is_looked_at() =>
        Assert.That(() => MessageEnvelope.Read(new byte[FleetEnvelope.MaxBytes + 1], out _), Throws.TypeOf<FleetFormatException>().With.Message.Contains("too long"));

    [Test]
    public void Sequence_of_zero_or_below_the_first_is_refused([Values(0, 4)] long sequence) =>
        Assert.That(() => MessageEnvelope.Read(new MessageEnvelope("a", sequence, 5, FleetSample.Now, default).Seal(_agent), out _), Throws.TypeOf<FleetFormatException>());

    [Test]
    public void Acknowledgement_counts_only_with_the_managers_signature()
    {
        var bytes = new Acknowledgement("a1", 7, AckOutcome.Refused, "line 1\nInjected: yes é").Seal(_manager);
        var read = Acknowledgement.Read(bytes, _manager);
        Assert.Multiple(() =>
        {
            Assert.That((read.Agent, read.Sequence, read.Outcome), Is.EqualTo(("a1", 7L, AckOutcome.Refused)));
            Assert.That(read.Reason, Does.Not.Contain("\n"));
            Assert.That(() => Acknowledgement.Read(bytes, _agent), Throws.TypeOf<FleetFormatException>());
            Assert.That(() => Acknowledgement.Read(new FleetWants { Number = 1 }.Seal("a1", "n", _manager), _manager), Throws.TypeOf<FleetFormatException>(), "another kind of the same key");
        });
    }

    [Test]
    public void Enrolment_binds_both_keys()
    {
        var request = EnrolmentRequest.Read(EnrolmentRequest.Seal("CODE-1", _agent));
        var answer = EnrolmentAnswer.Seal("a1", request.PublicKey.Span, _manager);
        using var other = FleetKeys.Create();
        using var big = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Multiple(() =>
        {
            Assert.That((request.Code, EnrolmentAnswer.Read(answer, _agent).Agent), Is.EqualTo(("CODE-1", "a1")));
            Assert.That(() => EnrolmentAnswer.Read(answer, other), Throws.TypeOf<FleetFormatException>(), "the answer to another agent");
            Assert.That(() => FleetKeys.Import(big.ExportSubjectPublicKeyInfo()), Throws.TypeOf<FleetFormatException>());
            Assert.That(() => FleetKeys.Import("nonsense"u8), Throws.TypeOf<FleetFormatException>());
        });
    }

    [Test]
    public void Agent_does_nothing_but_the_fixed_verbs()
    {
        var wants = new FleetWants { Number = 3, ReadNow = true, CounterInterval = TimeSpan.FromMinutes(5) };
        Assert.Multiple(() =>
        {
            Assert.That(FleetWants.Read(wants.Seal("a1", "n1", _manager), "a1", "n1", _manager), Is.EqualTo(wants));
            Refused(wants.Seal("a1", "n0", _manager), "an old answer");
            Refused(wants.Seal("a2", "n1", _manager), "another agent's");
            Refused(wants.Seal("a1", "n1", _agent), "another key's");
            Refused((wants with { CounterInterval = TimeSpan.FromSeconds(1) }).Seal("a1", "n1", _manager), "an interval that would be an attack");
            Refused(new FleetEnvelope("wants", [("Agent", "a1"), ("Nonce", "n1"), ("Number", "1"), ("Run", "rm")], default).Seal(_manager), "a verb that is none");
            Refused(new FleetEnvelope("wants", [("Agent", "a1"), ("Nonce", "n1"), ("Number", "1")], "code"u8.ToArray()).Seal(_manager), "a body");
        });

        void Refused(byte[] bytes, string what) => Assert.That(() => FleetWants.Read(bytes, "a1", "n1", _manager), Throws.TypeOf<FleetFormatException>(), what);
    }

    [Test]
    public void Clocks_that_are_years_off_are_put_right_and_never_fail()
    {
        var received = FleetSample.Now;
        var (tolerance, oldest) = (TimeSpan.FromMinutes(2), TimeSpan.FromDays(60));
        foreach (var off in new[] { TimeSpan.FromDays(-20_000), TimeSpan.FromDays(20_000), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30) })
        {
            var correction = FleetTime.Correction(received + off, received, tolerance);
            var reading = FleetTime.Corrected(received + off - TimeSpan.FromMinutes(7), correction, received, oldest);
            Assert.That(reading, Is.EqualTo(received - TimeSpan.FromMinutes(7)).Within(TimeSpan.FromSeconds(30)));
        }

        Assert.Multiple(() =>
        {
            Assert.That(FleetTime.Corrected(DateTimeOffset.MaxValue, TimeSpan.Zero, received, oldest), Is.EqualTo(received), "never in the future");
            Assert.That(FleetTime.Corrected(DateTimeOffset.MinValue, TimeSpan.Zero, received, oldest), Is.EqualTo(received - oldest));
        });
    }

    private bool Holds(byte[] bytes)
    {
        try
        {
            MessageEnvelope.Read(bytes, out var outside);
            return outside.IsSignedBy(_agent);
        }
        catch (FleetFormatException)
        {
            return false;
        }
    }
}
