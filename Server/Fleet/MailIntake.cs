using System.Net;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Mail;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Fleet;

/// <summary>What became of a mail.</summary>
internal enum MailVerdict
{
    /// <summary>Its messages are kept, or were before.</summary>
    Taken,

    /// <summary>Its agent has too much waiting; it has to come again, and those of other agents need not wait for it.</summary>
    Later,

    /// <summary>The database is away: no mail can be taken now.</summary>
    Away,

    /// <summary>It is no mail of an agent of ours; the administrator sees why.</summary>
    Refused,
}

/// <summary>Takes messages out of mails. Who sends a mail proves nothing and is not looked at: each message is signed.</summary>
internal sealed class MailIntake(MessageIntake intake, FleetRepository fleet, StrangerThrottle throttle, ILogger<MailIntake> logger)
{
    /// <summary>Takes a mail; the verdict is durable when the task completes.</summary>
    public async Task<MailVerdict> TakeAsync(ReadOnlyMemory<byte> mail, CancellationToken cancellationToken)
    {
        try
        {
            var envelopes = FleetMail.Envelopes(mail);
            if (envelopes.IsEmpty)
            {
                return await RefuseAsync(MailFaults.TextOf(MailFaults.None)!, cancellationToken);
            }

            var (verdict, later) = (MailVerdict.Taken, false);
            foreach (var envelope in envelopes)
            {
                switch (await intake.TakeAsync(envelope, "mail", byMail: true, cancellationToken))
                {
                    case IntakeAnswer.Later:
                        later = true;
                        break;
                    case IntakeAnswer.Stranger stranger:
                        verdict = await RefuseAsync(stranger.Reason, cancellationToken);
                        break;
                }
            }

            if (later)
            {
                logger.MailWaits("too many messages of an agent wait to be applied");
            }

            return later ? MailVerdict.Later : verdict;
        }
        catch (MimeFormatException e)
        {
            return await RefuseAsync(e.Message, cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            logger.MailWaits(e.Message);
            return MailVerdict.Away;
        }
    }

    /// <summary>Tells the administrator of a mail that can't be taken; a flood of them only once in a while.</summary>
    public async Task<MailVerdict> RefuseAsync(string reason, CancellationToken cancellationToken)
    {
        // All mails count as of one address: where they came from is what they say.
        if (throttle.Count(IPAddress.None))
        {
            logger.MailRefused(reason);
            await fleet.RefusedAsync(null, null, "mail", reason, cancellationToken);
        }

        return MailVerdict.Refused;
    }
}
