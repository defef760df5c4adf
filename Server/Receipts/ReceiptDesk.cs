using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Receipts.Wire;

namespace CopyTrack.Server.Receipts;

/// <summary>Has kept receipts booked.</summary>
internal interface IReceiptBooking
{
    /// <summary>Receipts of the device came at <paramref name="now"/>. Returns at once; what is forgotten by a crash is found in the database.</summary>
    void Wake(long deviceId, DateTimeOffset now);
}

/// <summary>Takes receipts, whatever they came by: keeps them, answers, and has them booked. Without a licence they are kept as evidence and ignored, so that the device does not try for ever.</summary>
internal sealed class ReceiptDesk(IReceiptStore store, IReceiptBooking booking, Licence licence, TimeProvider time, ILogger<ReceiptDesk> logger)
{
    /// <summary>Answers after the commit. Throws <see cref="Data.StorageUnavailableException"/>; nothing is kept then.</summary>
    public async Task<IntakeAnswer> TakeAsync(DeviceCaller device, ReceiptMessage message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var status = licence.IsActive ? ReceiptStatus.Waiting : ReceiptStatus.Ignored;
        var answer = await store.TakeAsync(new ReceiptIntake(device.DeviceId, device.OrgId, now, message.SentAt, message.Receipts, status), cancellationToken);
        var conflicts = answer.Answers.Count(a => a.Outcome == IntakeOutcome.Conflict);
        if (conflicts > 0)
        {
            logger.Conflicts(device.DeviceId, conflicts);
        }

        if (answer.Answers.Any(a => a.Outcome == IntakeOutcome.Accepted))
        {
            booking.Wake(device.DeviceId, now);
        }

        return answer;
    }
}
