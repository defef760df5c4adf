using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Receipts;
using Microsoft.Extensions.Logging;

namespace CopyTrack.Integration.FaultLab;

/// <summary>Lets the real booker work when something is due, instead of asking four times a second for weeks.</summary>
internal sealed class LabBooking(VirtualLoop loop, TimeProvider clock, StorageGate gate, LabLog log) : IReceiptBooking
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(3), s_again = TimeSpan.FromSeconds(30), s_look = TimeSpan.FromMinutes(10);
    private const int Most = 100;

    private readonly HashSet<long> waiting = [];
    private ReceiptBooker? booker;

    /// <inheritdoc/>
    public void Wake(long deviceId, DateTimeOffset now) => _ = BookAsync(deviceId, s_first);

    /// <summary>Looks for what an earlier process left, now and then, until this one is dead.</summary>
    public async Task RunAsync(ReceiptBooker real, ReceiptRepository rows)
    {
        booker = real;
        while (!gate.Dead)
        {
            try
            {
                foreach (var device in await rows.WaitingDevicesAsync(clock.GetUtcNow(), Most, default))
                {
                    _ = BookAsync(device, s_first);
                }
            }
            catch (StorageUnavailableException)
            {
                // As the booker does: the next look finds them.
            }

            await loop.DelayAsync(s_look);
        }
    }

    private async Task BookAsync(long device, TimeSpan pause)
    {
        if (!waiting.Add(device))
        {
            return;
        }

        await loop.DelayAsync(pause);
        waiting.Remove(device);
        if (gate.Dead)
        {
            return;
        }

        try
        {
            if (await booker!.BookAsync(device, default) is { } again)
            {
                _ = BookAsync(device, again - clock.GetUtcNow() is { Ticks: > 0 } later ? later : TimeSpan.Zero);
            }
        }
        catch (StorageUnavailableException)
        {
            _ = BookAsync(device, s_again);
        }
        catch (Exception e)
        {
            log.Log(LogLevel.Error, 0, "booking", e, static (text, _) => text);
        }
    }
}

/// <summary>Receipts behind the gate.</summary>
internal sealed class GatedReceipts(IReceiptStore inner, StorageGate gate) : IReceiptStore
{
    /// <inheritdoc/>
    public Task<IntakeAnswer> TakeAsync(ReceiptIntake intake, CancellationToken cancellationToken) => gate.WriteAsync(() => inner.TakeAsync(intake, cancellationToken));
}
