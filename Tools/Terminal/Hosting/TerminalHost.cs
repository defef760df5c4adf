using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Threading.Channels;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Enrolment;
using CopyTrack.Terminal.Link;
using CopyTrack.Terminal.Machine;
using CopyTrack.Terminal.Offline;
using CopyTrack.Terminal.Panel;
using CopyTrack.Terminal.Pkcs11;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Hosting;

/// <summary>The loop around the machine: one inbox, one reader; does each output in order. Owns link, relay, vault and journal.</summary>
internal sealed class TerminalHost(TerminalOptions options, KeyFolder folder, CardVault vault, OfflineJournal journal, LogoutStore logouts, EventLines? events, Action<string> saw, Action<string, bool, ImmutableArray<Fact>> answered, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(20), MostWait = TimeSpan.FromSeconds(60);

    private readonly Channel<(int Generation, TerminalInput Input)> inbox = Channel.CreateBounded<(int, TerminalInput)>(new BoundedChannelOptions(1024) { SingleReader = true });
    private readonly Channel<TerminalOutput.ApplyPanel> panel = Channel.CreateBounded<TerminalOutput.ApplyPanel>(256);
    private readonly CancellationTokenSource ended = new();
    private readonly TerminalPolicy policy = PolicyOf(options);
    private TerminalState state = new();
    private ServerLink? link;
    private int generation;
    private bool finished;

    /// <summary>The smart card's port; null without one.</summary>
    internal SmartCardPort? SmartCards { get; set; }

    /// <summary>Gives the machine an input; false when the inbox is full (a flood), the input is then lost. Never blocks.</summary>
    internal bool TryPost(TerminalInput input) => inbox.Writer.TryWrite((0, input));

    /// <summary>Runs until the machine has finished after <see cref="TerminalInput.Stop"/>.</summary>
    [SuppressMessage("Reliability", "CA2025", Justification = "the driving task is awaited before the relay goes")]
    internal async Task RunAsync()
    {
        using var relay = PanelRelays.Create(options.Panel);
        var driving = Task.Run(() => DrivePanelAsync(relay));
        Step(new TerminalInput.Started(logouts.Load(), journal.Waiting));
        Task<bool>? ready = null;
        while (!finished)
        {
            while (!finished && inbox.Reader.TryRead(out var next))
            {
                if (next.Generation == 0 || next.Generation == generation)
                {
                    Step(next.Input);
                }
            }
            if (finished)
            {
                break;
            }
            ready ??= inbox.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
            var wait = (TerminalMachine.NextWake(state, policy) ?? DateTimeOffset.MaxValue) - time.GetUtcNow();
            using var sleep = new CancellationTokenSource();
            if (await Task.WhenAny(ready, Task.Delay(TimeSpan.FromTicks(Math.Clamp(wait.Ticks, LeastWait.Ticks, MostWait.Ticks)), time, sleep.Token)) == ready)
            {
                await sleep.CancelAsync();
                ready = null;
            }
            else
            {
                Step(new TerminalInput.Tick());
            }
        }
        panel.Writer.TryComplete();
        await driving;
        await ended.CancelAsync();
    }

    /// <summary>Ends what still runs.</summary>
    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
        journal.Dispose();
    }

    private static TerminalPolicy PolicyOf(TerminalOptions options)
    {
        var capabilities = ImmutableArray.CreateBuilder<string>();
        capabilities.Add("card");
        if (options.PinPad is not null || options.Simulated.Enabled || options.Readers.Any(reader => reader is ReaderOptions.Keyboard { SharedWithPinPad: true }))
        {
            capabilities.AddRange("pin", "projects");
        }
        if (options.PinPad is { Letters: true } || options.Simulated.Enabled)
        {
            capabilities.Add("password");
        }
        // The card's own PIN is typed on the pad.
        if (options.SmartCards is not null && (options.PinPad is not null || options.Simulated.Enabled))
        {
            capabilities.Add("smartcard");
        }
        if (options.Panel is not PanelOptions.None)
        {
            capabilities.Add("panelCable");
        }
        if (options.Behaviour.Offline)
        {
            capabilities.Add("offline");
        }
        var behaviour = options.Behaviour;
        return new TerminalPolicy(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), options.Terminal.Vendor, options.Terminal.Model,
            typeof(TerminalHost).Assembly.GetName().Version?.ToString(3) ?? "0", capabilities.ToImmutable(), behaviour.Offline,
            behaviour.OfflineAfter, behaviour.LoginWait, behaviour.PinWait, behaviour.Heartbeat, behaviour.ReconnectMin, behaviour.ReconnectMax);
    }

    private void Step(TerminalInput input)
    {
        (state, var outputs) = TerminalMachine.Step(state, input, time.GetUtcNow(), policy);
        foreach (var output in outputs)
        {
            Do(output);
        }
    }

    private void Do(TerminalOutput output)
    {
        switch (output)
        {
            case TerminalOutput.Connect: Connect(); break;
            case TerminalOutput.CloseLink:
                generation++;
                link?.Close();
                link = null;
                break;
            case TerminalOutput.Send send: link?.Send(send.Id, send.Request); break;
            case TerminalOutput.Notify notify: link?.Notify(notify.Notification); break;
            case TerminalOutput.Respond respond: link?.Respond(respond.Id, respond.PanelState, respond.Error); break;
            case TerminalOutput.RespondSignature signed: link?.Respond(signed.Id, new SignatureResult(signed.Signature)); break;
            case TerminalOutput.SignWithCard sign: Sign(sign); break;
            case TerminalOutput.ApplyPanel apply:
                if (!panel.Writer.TryWrite(apply))
                {
                    TryPost(new TerminalInput.PanelDone(apply.Serial, "the relay is too slow"));
                }
                break;
            case TerminalOutput.LookUp look: TryPost(new TerminalInput.OfflineAnswer(look.Card, vault.Find(look.Card, time.GetUtcNow()))); break;
            case TerminalOutput.KeepToken keep: OnDisk(() => vault.Keep(keep.Card, keep.Grant, time.GetUtcNow())); break;
            case TerminalOutput.ForgetToken forget: OnDisk(() => vault.Forget(forget.Card)); break;
            case TerminalOutput.JournalOpen open:
                TryPost(new TerminalInput.JournalWritten(open.LocalId, OnDisk(() => journal.Open(open.LocalId, open.Token, open.LoginAt, open.Functions))));
                break;
            case TerminalOutput.JournalSeen seen: OnDisk(() => journal.Seen(seen.LocalId, seen.At, seen.Over)); break;
            case TerminalOutput.JournalSettled settled: OnDisk(() => journal.Settled(settled.LocalId, settled.RejectedCode)); break;
            case TerminalOutput.KeepLogouts keep: OnDisk(() => logouts.Save(keep.Logouts)); break;
            case TerminalOutput.Tell tell:
                Log.Event(tell.Name, tell.Facts);
                events?.Write("event", tell.Name, tell.Facts);
                saw(tell.Name);
                break;
            case TerminalOutput.Answer answer: answered(answer.Tag, answer.Good, answer.Facts); break;
            case TerminalOutput.Finished: finished = true; break;
        }
    }

    private void Sign(TerminalOutput.SignWithCard sign)
    {
        if (SmartCards is null)
        {
            TryPost(new TerminalInput.CardSigned(sign.Id, null, RpcError.Of(ErrorCodes.Refused)));
            return;
        }
        SmartCards.Sign(sign.Id, sign.Certificate, sign.Request, sign.Pin);
    }

    private void Connect()
    {
        var mine = ++generation;
        var fresh = new ServerLink(options.Server, folder, input => inbox.Writer.WriteAsync((mine, input), ended.Token), ended.Token);
        link = fresh;
        _ = Task.Run(async () =>
        {
            try
            {
                await fresh.RunAsync();
            }
            catch (OperationCanceledException)
            {
                // The program ends; nobody waits for this connection's last word.
            }
            catch (Exception fault)
            {
                Log.Warning($"the connection failed: {fault.GetType().Name}");
                inbox.Writer.TryWrite((mine, new TerminalInput.LinkClosed("an internal fault")));
            }
        });
    }

    private async Task DrivePanelAsync(IPanelRelay relay)
    {
        await foreach (var wish in panel.Reader.ReadAllAsync())
        {
            string? fault = null;
            try
            {
                relay.Apply(wish.Functions);
            }
            catch (Exception failed)
            {
                // Whatever a relay does, the terminal must stay alive to tell it.
                fault = failed is IOException ? failed.Message : $"the relay failed ({failed.GetType().Name})";
            }
            await inbox.Writer.WriteAsync((0, new TerminalInput.PanelDone(wish.Serial, fault)));
        }
    }

    private static bool OnDisk(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.Warning($"the terminal's folder can't be written: {fault.Message}");
            return false;
        }
    }
}
