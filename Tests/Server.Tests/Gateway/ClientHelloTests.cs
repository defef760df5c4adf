using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using CopyTrack.Server.Gateway;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Gateway;

[TestFixture]
internal sealed class ClientHelloTests
{
    [TestCase(SslProtocols.Tls13, true)]
    [TestCase(SslProtocols.Tls12 | SslProtocols.Tls13, true)]
    [TestCase(SslProtocols.Tls12, false)]
    public async Task Offer_of_a_real_client_is_read(SslProtocols offered, bool expected)
    {
        var hello = await CaptureAsync(offered);
        Assert.That(ClientHello.OffersTls13(new ReadOnlySequence<byte>(hello)), Is.EqualTo(expected));
        for (var i = 0; i < hello.Length; i++)
        {
            // Cut anywhere: an answer, never an exception.
            _ = ClientHello.OffersTls13(new ReadOnlySequence<byte>(hello, 0, i));
        }
    }

    [Test]
    public void Noise_never_throws() => Prop.ForAll<byte[]>(noise => { _ = ClientHello.OffersTls13(new ReadOnlySequence<byte>(noise)); }).QuickCheckThrowOnFailure();

    private static async Task<byte[]> CaptureAsync(SslProtocols offered)
    {
        var sink = new CapturingStream();
        await using var stream = new SslStream(sink);
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = offered });
        }
        catch (Exception ex) when (ex is IOException or AuthenticationException)
        {
            // Nobody answers.
        }
        return sink.ToArray();
    }

    /// <summary>Keeps what is written and says that nothing will ever come back.</summary>
    private sealed class CapturingStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(0);
    }
}
