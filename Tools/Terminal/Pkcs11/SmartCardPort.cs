using System.Threading.Channels;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Machine;
using CopyTrack.Terminal.Native;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Pkcs11;

/// <summary>
/// The smart card's loop on a thread of its own: watches for cards (unless commands stand in for them), reads certificates and signs, one thing after the other. What
/// comes of it goes to the machine. A module that fails is told once and tried again.
/// </summary>
internal sealed class SmartCardPort(SmartCardOptions options, bool watch, Func<TerminalInput, bool> post)
{
    private readonly Channel<Action<CardToken>> work = Channel.CreateBounded<Action<CardToken>>(16);
    private string? told;

    /// <summary>Reads the certificate of the card that is there, for the command with this tag.</summary>
    internal void Read(string? tag) => Queue(token => post(new TerminalInput.SmartCardRead(token.ReadCertificate(), tag)), () => new TerminalInput.SmartCardRead(null, tag));

    /// <summary>Lets the card sign; the request was checked.</summary>
    internal void Sign(RequestId id, byte[] certificate, CardSign request, string pin) => Queue(
        token =>
        {
            var outcome = token.Sign(certificate, request.Algorithm, request.ToBeSigned.Span, pin);
            post(new TerminalInput.CardSigned(id, outcome.Signature, outcome.Error));
        },
        () => new TerminalInput.CardSigned(id, null, RpcError.Of(ErrorCodes.CardRemoved)));

    /// <summary>Runs until cancelled.</summary>
    internal Task RunAsync(CancellationToken cancellationToken) => Task.Factory.StartNew(() => Run(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Queue(Action<CardToken> ask, Func<TerminalInput> failed)
    {
        void Guarded(CardToken token)
        {
            try
            {
                ask(token);
            }
            catch (DeviceException fault)
            {
                Tell(fault.Message, true);
                post(failed());
            }
        }

        if (!work.Writer.TryWrite(Guarded))
        {
            post(failed());
        }
    }

    private void Run(CancellationToken cancellationToken)
    {
        using var token = new CardToken(options);
        byte[]? present = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            while (work.Reader.TryRead(out var next))
            {
                next(token);
            }
            if (watch)
            {
                present = Watch(token, present);
            }
            try
            {
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                wait.CancelAfter(watch ? options.Poll : TimeSpan.FromSeconds(60));
                work.Reader.WaitToReadAsync(wait.Token).AsTask().GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                // Time to look again, or to end.
            }
        }
    }

    private byte[]? Watch(CardToken token, byte[]? before)
    {
        try
        {
            var now = token.ReadCertificate();
            if (before is not null && (now is null || !now.AsSpan().SequenceEqual(before)))
            {
                post(new TerminalInput.SmartCardGone(null));
            }
            if (now is not null && (before is null || !now.AsSpan().SequenceEqual(before)))
            {
                post(new TerminalInput.SmartCardRead(now, null));
            }
            Tell(null, false);
            return now;
        }
        catch (DeviceException fault)
        {
            Tell(fault.Message, true);
            if (before is not null)
            {
                post(new TerminalInput.SmartCardGone(null));
            }
            return null;
        }
    }

    private void Tell(string? fault, bool bad)
    {
        if (bad && told != fault)
        {
            post(new TerminalInput.DeviceNotice("smart card", fault!, true));
        }
        else if (!bad && told is not null)
        {
            post(new TerminalInput.DeviceNotice("smart card", "works", false));
        }
        told = fault;
    }
}
