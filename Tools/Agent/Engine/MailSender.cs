using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Mail;
using CopyTrack.Accounting.Mail.Transport;

namespace CopyTrack.Agent;

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
    private readonly CarriedAcknowledgements _carried;
    private readonly IAgentObserver _observer;
    private readonly TimeProvider _time;
    private DateTimeOffset _askAt = DateTimeOffset.MinValue;

    /// <summary>Throws <see cref="AgentException"/> when the settings of mail can't be used.</summary>
    public MailSender(AgentSettings settings, AgentMail mail, AgentIdentity identity, StateFolder folder, ManagerLink link, MessageQueue queue, CarriedAcknowledgements carried, IAgentObserver observer, TimeProvider time)
    {
        (_settings, _mail, _identity, _link, _queue, _carried, _observer, _time) = (settings, mail, identity, link, queue, carried, observer, time);
        _server = mail.Server(settings.HideAddresses);
        (_from, _to) = (Mailbox.TryParse(mail.From)!, Mailbox.TryParse(mail.To)!);
        _mailed = new MailedMessages(folder);
    }

    /// <inheritdoc/>
    public long Delivered { get; private set; }

    /// <inheritdoc/>
    public long BytesSent { get; private set; }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            _carried.Look();
            await HearAsync(cancellationToken);
            var (next, dueAt) = Next(_time.GetUtcNow());
            if (next is not { } sequence)
            {
                _observer.Rested();
                await _queue.WaitAsync(Until(dueAt), _time, cancellationToken);
                continue;
            }

            if (_queue.Get(sequence) is { } waiting && await MailAsync(waiting, cancellationToken) is { } fault)
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

        foreach (var sequence in _queue.Sequences)
        {
            if (_mailed.Of(sequence) is not { } mailed)
            {
                return (sequence, now);
            }

            var dueAt = mailed.LastAt + (TimeSpan.FromSeconds(_mail.RepeatSeconds) * Math.Pow(2, mailed.Times - 1));
            if (dueAt > now)
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
                Forget(sequence);
            }
        }

        return (null, lookAt);
    }

    /// <summary>Mails a message; gives what went wrong with the way, null when it is mailed or can never be.</summary>
    private async Task<string?> MailAsync(WaitingMessage waiting, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var envelope = new MessageEnvelope(_identity.Agent, waiting.Sequence, waiting.First, now, waiting.Packed).Seal(_identity.Key);
        var mail = FleetMail.Write(_from, _to, _identity.Agent, waiting.Sequence, envelope, now);
        switch (await SmtpTransport.SendAsync(_server, mail, cancellationToken))
        {
            case SmtpOutcome.Delivered:
                BytesSent += envelope.Length;
                _mailed.Mark(waiting.Sequence, now);
                return null;
            case SmtpOutcome.Permanent { Cause: SmtpCause.TooLong or SmtpCause.ContentRefused } refused:
                // This one alone: the others must not wait for it.
                _observer.Told($"message {waiting.Sequence}: {refused.Text}");
                _mailed.Mark(waiting.Sequence, now);
                return null;
            case SmtpOutcome.Permanent refused:
                return refused.Text;
            case SmtpOutcome.Temporary later:
                return later.Text;
            default:
                throw new InvalidOperationException("an outcome that is none");
        }
    }

    /// <summary>Asks the manager what it has, when that is due.</summary>
    private async Task HearAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (!_mail.Acknowledge || now < _askAt || _queue.First is not { } first)
        {
            return;
        }

        _askAt = now + TimeSpan.FromSeconds(_settings.AskSeconds);
        try
        {
            var through = (await _link.ReceivedAsync(_identity.Agent, first, now, _identity.Key, _identity.Manager, cancellationToken)).Through;
            if (through >= first)
            {
                Delivered += _queue.Sequences.Count(s => s <= through);
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
    }

    private TimeSpan Until(DateTimeOffset dueAt)
    {
        var at = _mail.Acknowledge && _queue.Count > 0 && _askAt < dueAt ? _askAt : dueAt;
        var wait = at - _time.GetUtcNow();
        wait = _queue.Count > 0 && wait > LookForFiles ? LookForFiles : wait;
        return wait > TimeSpan.FromMilliseconds(10) ? wait : TimeSpan.FromMilliseconds(10);
    }
}
