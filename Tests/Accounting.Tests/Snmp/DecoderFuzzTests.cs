using System.Diagnostics;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Accounting.Snmp.Usm;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp;

/// <summary>Replies as devices send them, damaged in every way a wire or a hostile sender can think of. The corpus is the recordings: the invented ones, and real ones where the environment has them.</summary>
public sealed class DecoderFuzzTests
{
    private const int Rounds = 60_000;
    private static readonly SnmpUser User = new("fuzz", AuthProtocol.Sha256, "sign-with-this", PrivProtocol.Aes128, "hide-with-this");
    private static readonly byte[] Engine = Convert.FromHexString("80001F8880A1B2C3D4");
    private static readonly LocalKeys Keys = new KeyCache().For(User, Engine);

    private static List<byte[]> Corpus { get; } = [.. Recordings().SelectMany(Messages)];

    [Test]
    public void Damaged_reply_is_decoded_or_refused_and_what_is_decoded_says_the_same_again([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Damage(random);
            try
            {
                _ = MessagePeek.TryReadId(bytes, out _);
                var message = SnmpMessage.Decode(bytes);
                Assert.That(SnmpMessage.Decode(message.Encode()).Pdu.VarBinds, Is.EqualTo(message.Pdu.VarBinds));
            }
            catch (SnmpFormatException)
            {
                // Refused.
            }
        }

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void Damaged_reply_of_version_3_is_never_an_answer([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var expected = new UsmExpectation(1, User, Keys, Engine, (_, _) => true);
        for (var round = 0; round < Rounds / 3; round++)
        {
            var pdu = new Pdu.Response(1, SnmpErrorStatus.NoError, 0, [new VarBind(ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0"), new SnmpValue.TimeTicks((uint)random.Next()))]);
            var message = UsmWriter.Request(User, Keys, Engine, 3, 1000, "", new SnmpRequest.Plain(_ => pdu), 1, 1472);
            Assert.That(expected.Read(message.ToArray()), Is.TypeOf<Verdict.Answer>());
            var damaged = Damage(random, message);
            if (!damaged.AsSpan().SequenceEqual(message))
            {
                // The digest covers every octet; reports alone may come unsigned.
                Assert.That(expected.Read(damaged), Is.Not.TypeOf<Verdict.Answer>());
                Assert.That(() => DiscoveryExpectation.Instance.Read(damaged), Throws.Nothing);
            }
        }
    }

    [Test]
    public void Decrypted_rubbish_is_no_answer()
    {
        var other = new KeyCache().For(new SnmpUser("fuzz", AuthProtocol.Sha256, "sign-with-this", PrivProtocol.Aes128, "another password"), Engine);
        var expected = new UsmExpectation(1, User, Keys, Engine, (_, _) => true);
        for (var round = 0; round < 2_000; round++)
        {
            var message = UsmWriter.Request(User, other, Engine, 3, round, "", new SnmpRequest.Plain(_ => new Pdu.Response(1, SnmpErrorStatus.NoError, 0, [])), 1, 1472);
            Assert.That(expected.Read(message), Is.EqualTo(new Verdict.Unusable(SnmpCause.ReplyNotDecrypted)));
        }
    }

    [Test]
    public async Task Reader_outlives_an_agent_that_damages_its_replies()
    {
        var random = new Random(7);
        var recording = Vectors.Walk("invented_sizes");
        var honest = false;
        using var agent = new LoopbackAgent(m =>
        {
            var good = LoopbackAgent.Serve(recording, m);
            return honest ? [good] : [Damage(random, good), Damage(random, good)];
        });
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions { MinTimeout = TimeSpan.FromMilliseconds(20), MaxGetTime = TimeSpan.FromSeconds(1), MaxWalkTime = TimeSpan.FromSeconds(1) });
        var target = agent.Target with { Timeout = TimeSpan.FromMilliseconds(20), Retries = 1 };
        var probe = new DeviceProbe(client, ProfileLibrary.BuiltIn);
        for (var round = 0; round < 40; round++)
        {
            Assert.That(await probe.RunAsync(target, null, null, default), Is.Not.Null);
        }

        honest = true;
        var reply = await client.GetAsync(agent.Target, [ObjectIdentifier.Parse("1.3.6.1.2.1.1.1.0")], default);
        Assert.That(reply, Is.TypeOf<SnmpReply.Answered>());
    }

    [Test]
    public async Task Agent_that_sends_64_kib_in_a_description_is_read()
    {
        var long64 = new SnmpValue.OctetString(new byte[60_000]);
        using var agent = new LoopbackAgent(m => [LoopbackAgent.Reply(m, [.. m.Pdu.VarBinds.Select(v => new VarBind(v.Oid, long64))])]);
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var reply = (SnmpReply.Answered)await client.GetAsync(agent.Target, [ObjectIdentifier.Parse("1.3.6.1.2.1.1.1.0")], default);
        Assert.That(reply.Values[0].AsBytes.Length, Is.EqualTo(60_000));
    }

    private static byte[] Damage(Random random) => Damage(random, Corpus[random.Next(Corpus.Count)]);

    private static byte[] Damage(Random random, byte[] message)
    {
        var bytes = message.ToList();
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = new byte[] { 0, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x85, 0xFF, 0x30, 0xA2 }[random.Next(10)]; break;
                case 3: bytes.RemoveRange(at, random.Next(1, bytes.Count - at + 1)); break;
                case 4: bytes.RemoveAt(at); break;
                case 5: bytes.Insert(at, (byte)random.Next(256)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 40)))); break;
            }
        }

        return [.. bytes];
    }

    private static IEnumerable<SnmpRecording> Recordings()
    {
        var folders = new List<string> { Vectors.PathOf("walks") };
        if (Environment.GetEnvironmentVariable("COPYTRACK_SHARED") is { Length: > 0 } shared)
        {
            folders.Add(Path.Combine(shared, "walks"));
        }

        return folders.SelectMany(f => Directory.EnumerateFiles(f, "*.snmprec").Order(StringComparer.Ordinal)).Select(SnmpRecording.Load);
    }

    /// <summary>A recording as the replies to a walk of it, ten objects each.</summary>
    private static IEnumerable<byte[]> Messages(SnmpRecording recording) =>
        recording.Rows.Chunk(10).Take(20).Select((rows, i) => new SnmpMessage(
            i % 2 == 0 ? SnmpVersion.V2c : SnmpVersion.V1, "public"u8.ToArray(), new Pdu.Response(i, SnmpErrorStatus.NoError, 0, [.. rows])).Encode());
}
