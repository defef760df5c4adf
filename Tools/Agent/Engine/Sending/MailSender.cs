using System.Collections.Concurrent;
using System.Globalization;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Mail;
using CopyTrack.Accounting.Mail.Transport;
using CopyTrack.Agent.Clocks;

namespace CopyTrack.Agent.Sending;

/// <summary>
/// Mails what waits. That a mail server took a message proves nothing about the manager: it is mailed again, each time after twice as long, until the manager's signed word about it comes
/// over HTTPS or is brought as a file, or it was mailed as often as the settings say.
/// </summary>
internal sealed class MailSender : IMessageSender
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LookForFiles = TimeSpan.FromMinutes(1);

    private readonly AgentSettings _settings;
    private readonly AgentMail _mail;
    private readonly SmtpSettings _server;
    private readonly Mailbox _from, _to;
    private readonly AgentIdentity _identity;
    private readonly ManagerLink _link;
    private readonly MessageQueue _queue;
    private readonly MailedMessages _mailed;
    // What pages show of them while mails go.
    private readonly ConcurrentDictionary<long, int> _times = new();
    private readonly CarriedAcknowledgements _carried;
    private readonly OutgoingMessages _outgoing;
    private readonly MessageEnds _ends;
    private readonly IAgentObserver _observer;
    private readonly SteadyTime _time;
    private TimeSpan _askAt = TimeSpan.Zero;

    /// <summary>Throws <see cref="AgentException"/> when the settings of mail can't be used.</summary>
    public MailSender(
        AgentSettings settings, AgentMail mail, AgentIdentity identity, StateFolder folder, ManagerLink link, MessageQueue queue, OutgoingMessages outgoing, MessageEnds ends, CarriedAcknowledgements carried,
        IAgentObserver observer, SteadyTime time)
    {
        (_settings, _mail, _identity, _link, _queue, _outgoing, _ends, _carried, _observer, _time) = (settings, mail, identity, link, queue, outgoing, ends, carried, observer, time);
        _server = mail.Server(settings.HideAddresses);
        (_from, _to) = (Mailbox.TryParse(mail.From)!, Mailbox.TryParse(mail.To)!);
        _mailed = new MailedMessages(folder);
        foreach (var (sequence, _) in queue.Waiting)
        {
            if (_mailed.Of(sequence) is { } mailed)
            {
                _times[sequence] = mailed.Times;
            }
        }
    }

    /// <inheritdoc/>
    public long Delivered { get; private set; }

    /// <inheritdoc/>
    public long BytesSent { get; private set; }

    /// <inheritdoc/>
    public string? Fault { get; private set; }

    /// <inheritdoc/>
    public int Times(long sequence) => _times.GetValueOrDefault(sequence);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            _carried.Look();
            await HearAsync(cancellationToken);
            var (next, dueAt) = Next(_time.Wall);
            if (next is not { } sequence)
            {
                _observer.Rested();
                await _queue.WaitAsync(Until(dueAt), _time, cancellationToken);
                continue;
            }

            if (await MailAsync(sequence, cancellationToken) is { } fault)
            {
                if (failures++ == 0)
                {
                    _observer.Told($"{fault}; {_queue.Count} messages wait");
                }

                _observer.Rested();
                await Task.Delay(Backoff.Pause(FirstPause, failures, TimeSpan.FromSeconds(_settings.RetrySeconds)), _time, cancellationToken);
            }
            else if (failures > 0)
            {
                failures = 0;
                _observer.Told($"the mail server takes mails again; {_queue.Count} messages wait");
            }
        }
    }

    /// <summary>Which message is to be mailed now, the oldest first; or when to look again. Messages that were mailed for the last time long enough ago are given up on the way.</summary>
    private (long? Sequence, DateTimeOffset LookAt) Next(DateTimeOffset now)
    {
        var lookAt = now + TimeSpan.FromSeconds(_mail.RepeatSeconds);
        if (_queue.First is { } first)
        {
            // What a full queue gave up.
            _mailed.Forget(first - 1);
        }

        foreach (var (sequence, bytes) in _queue.Waiting)
        {
            if (bytes > MessageEnvelope.MaxPacked)
            {
                // Those behind it do not wait for it; it goes as soon as it is the oldest.
                _ = sequence == _queue.First && _outgoing.SetAside(sequence, bytes);
                continue;
            }

            if (_mailed.Of(sequence) is not { } mailed)
            {
                return (sequence, now);
            }

            var dueAt = mailed.LastAt + (TimeSpan.FromSeconds(_mail.RepeatSeconds) * Math.Pow(2, mailed.Times - 1));
            // What was mailed in the future was mailed by a clock that is put back since.
            if (dueAt > now && mailed.LastAt <= now)
            {
                lookAt = dueAt < lookAt ? dueAt : lookAt;
            }
            else if (mailed.Times <= _mail.Repeats)
            {
                return (sequence, now);
            }
            else if (sequence == _queue.First)
            {
                _observer.Told($"message {sequence} was mailed {mailed.Times} times and nobody acknowledged it: it is given up");
                _ends.Note(sequence, sequence, MessageStanding.GivenUp, mailed.Times.ToString(CultureInfo.InvariantCulture));
                Forget(sequence);
            }
        }

        return (null, lookAt);
    }

    /// <summary>Mails a message; gives what went wrong with the way, null when it is mailed or can never be.</summary>
    private async Task<string?> MailAsync(long sequence, CancellationToken cancellationToken)
    {
        // Nothing goes that could not be noted: each restart would mail all of it again.
        Fault = _mailed.Keep();
        if (Fault is not null)
        {
            return $"no mail goes while the disk takes no note of it: {Fault}";
        }

        try
        {
            return _outgoing.Seal(sequence) is { } envelope ? await MailAsync(sequence, envelope.Envelope, envelope.Sent, cancellationToken) : null;
        }
        catch (Exception e) when (e is FileNotFoundException or EndOfStreamException or FleetFormatException)
        {
            _outgoing.SetAside(sequence, $"it is lost on the disk: {e.Message}");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"message {sequence} can't be read from the disk: {e.Message}";
        }
    }

    private async Task<string?> MailAsync(long sequence, byte[] envelope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var mail = FleetMail.Write(_from, _to, _identity.Agent, sequence, envelope, now);
        switch (await SmtpTransport.SendAsync(_server, mail, cancellationToken))
        {
            case SmtpOutcome.Delivered:
                BytesSent += envelope.Length;
                Mark(sequence, now);
                return null;
            case SmtpOutcome.Permanent { Cause: SmtpCause.TooLong or SmtpCause.ContentRefused } refused:
                // This one alone: the others must not wait for it.
                _observer.Told($"message {sequence}: {refused.Text}");
                Mark(sequence, now);
                return null;
            case SmtpOutcome.Permanent refused:
                return refused.Text;
            case SmtpOutcome.Temporary later:
                return later.Text;
            default:
                throw new InvalidOperationException("an outcome that is none");
        }
    }

    private void Mark(long sequence, DateTimeOffset now)
    {
        _mailed.Mark(sequence, now);
        _times[sequence] = _mailed.Of(sequence)!.Times;
    }

    /// <summary>Asks the manager what it has, when that is due.</summary>
    private async Task HearAsync(CancellationToken cancellationToken)
    {
        if (!_mail.Acknowledge || _time.Elapsed < _askAt || _queue.First is not { } first)
        {
            return;
        }

        _askAt = _time.Elapsed + TimeSpan.FromSeconds(_settings.AskSeconds);
        try
        {
            var through = (await _link.ReceivedAsync(_identity.Agent, first, _time.Wall, _identity.Key, _identity.Manager, cancellationToken)).Through;
            if (through >= first)
            {
                Delivered += _queue.Waiting.Count(w => w.Sequence <= through);
                Forget(through);
            }
        }
        catch (ManagerAwayException)
        {
            // Sites with mail alone never reach it; messages are repeated as the settings say.
        }
    }

    private void Forget(long through)
    {
        _queue.RemoveThrough(through);
        _mailed.Forget(through);
        foreach (var sequence in _times.Keys.Where(s => s <= through))
        {
            _times.TryRemove(sequence, out _);
        }
    }

    private TimeSpan Until(DateTimeOffset dueAt)
    {
        var wait = dueAt - _time.Wall;
        wait = _mail.Acknowledge && _queue.Count > 0 && _askAt - _time.Elapsed < wait ? _askAt - _time.Elapsed : wait;
        wait = _queue.Count > 0 && wait > LookForFiles ? LookForFiles : wait;
        return wait > TimeSpan.FromMilliseconds(10) ? wait : TimeSpan.FromMilliseconds(10);
    }
}
