using System.Net;
using System.Net.Sockets;
using System.Text;
using CopyTrack.Identity.Kerberos.Transport;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>Finding KDCs in DNS, with a resolver of the test's own.</summary>
public sealed class DnsKdcLocatorTests
{
    [Test]
    public async Task Servers_come_in_the_order_of_their_priority_and_are_kept()
    {
        using var resolver = new Resolver(question => Answer(question, 0, (20, 1, 88, "kdc2.acme.test"), (10, 1, 750, "kdc1.acme.test")));
        var locator = new DnsKdcLocator(TimeSpan.FromSeconds(5), TimeProvider.System, resolver.EndPoint);
        foreach (var _ in new int[3])
        {
            var servers = await locator.FindAsync("ACME.TEST", CancellationToken.None);
            Assert.That(servers, Is.EqualTo(new[] { new KdcEndpoint("kdc1.acme.test", 750), new KdcEndpoint("kdc2.acme.test", 88) }));
        }

        Assert.That(resolver.Questions, Is.EqualTo(1));
        Assert.That(resolver.Last, Does.Contain("_kerberos").And.Contain("_udp").And.Contain("ACME"));
    }

    [Test]
    public async Task Realm_without_records_has_no_servers()
    {
        using var resolver = new Resolver(question => Answer(question, 3));
        Assert.That(await new DnsKdcLocator(TimeSpan.FromSeconds(5), TimeProvider.System, resolver.EndPoint).FindAsync("NO.TEST", CancellationToken.None), Is.Empty);
        Assert.That(resolver.Questions, Is.EqualTo(2), "by UDP's name and by TCP's");
    }

    [Test]
    public async Task Resolver_that_is_silent_or_answers_something_else_ends_by_time()
    {
        using var silent = new Resolver(_ => null);
        using var other = new Resolver(question => [(byte)(question[0] ^ 1), .. Answer(question, 0, (1, 1, 88, "evil.test"))[1..]]);
        foreach (var resolver in new[] { silent, other })
        {
            Assert.That(await new DnsKdcLocator(TimeSpan.FromSeconds(1), TimeProvider.System, resolver.EndPoint).FindAsync("ACME.TEST", CancellationToken.None), Is.Empty);
        }
    }

    [TestCase("")]
    [TestCase("a..b")]
    [TestCase("a b")]
    [TestCase("ä.test")]
    public void Name_that_can_not_stand_in_DNS_is_not_asked_for(string realm) => Assert.That(DnsMessage.Question(1, "_kerberos._udp." + realm), Is.Null);

    [Test]
    public void Noise_in_an_answer_is_bounded_and_throws_nothing()
    {
        var question = DnsMessage.Question(7, "_kerberos._udp.ACME.TEST")!;
        var good = Answer(question, 0, (1, 1, 88, "kdc.acme.test"), (2, 1, 88, "kdc2.acme.test"));
        var random = new Random(2);
        for (var i = 0; i < 50_000; i++)
        {
            var noise = good[..random.Next(question.Length, good.Length + 1)];
            for (var n = random.Next(0, 5); n > 0; n--)
            {
                noise[random.Next(noise.Length)] = (byte)random.Next(256);
            }

            if (DnsMessage.Answers(noise, question))
            {
                Assert.That(DnsMessage.Records(noise, question.Length), Has.Count.LessThanOrEqualTo(64));
            }
        }

        byte[] loop = [.. question, 0xC0, (byte)question.Length, 0, 33, 0, 1, 0, 0, 0, 9, 0, 8, 0, 1, 0, 1, 0, 88, 0xC0, (byte)question.Length];
        (loop[2], loop[7]) = (0x81, 1);
        Assert.That(DnsMessage.Records(loop, question.Length), Is.Empty, "a name that points at itself");
    }

    private static byte[] Answer(byte[] question, byte code, params (ushort Priority, ushort Weight, ushort Port, string Target)[] records)
    {
        List<byte> answer = [.. question];
        (answer[2], answer[3], answer[7]) = (0x81, (byte)(0x80 | code), (byte)records.Length);
        foreach (var (priority, weight, port, target) in records)
        {
            byte[] name = [.. target.Split('.').SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0];
            answer.AddRange([0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, (byte)(6 + name.Length), (byte)(priority >> 8), (byte)priority, 0, (byte)weight, (byte)(port >> 8), (byte)port, .. name]);
        }

        return [.. answer];
    }

    private sealed class Resolver : IDisposable
    {
        private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));
        private readonly Func<byte[], byte[]?> answer;

        public Resolver(Func<byte[], byte[]?> answer)
        {
            this.answer = answer;
            _ = ServeAsync();
        }

        public IPEndPoint EndPoint => (IPEndPoint)socket.Client.LocalEndPoint!;

        public int Questions { get; private set; }

        public string Last { get; private set; } = "";

        public void Dispose() => socket.Dispose();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var question = await socket.ReceiveAsync();
                    Questions++;
                    Last = Encoding.Latin1.GetString(question.Buffer);
                    if (answer(question.Buffer) is { } reply)
                    {
                        await socket.SendAsync(reply, question.RemoteEndPoint);
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
