using System.Threading.RateLimiting;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Receipts;

/// <summary>Keeps what was refused for the administrator, a bounded number of each kind from each address.</summary>
internal sealed class RefusedMessages(DeviceAttempts attempts, ILogger<RefusedMessages> logger) : IDisposable
{
    // What floods is seen from its first lines.
    private readonly PartitionedRateLimiter<string> kept = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetTokenBucketLimiter(
        address, _ => new TokenBucketRateLimiterOptions { TokenLimit = 20, TokensPerPeriod = 10, ReplenishmentPeriod = TimeSpan.FromMinutes(1), AutoReplenishment = true }));

    /// <summary>Notes a refusal. Never throws for storage: the refusal itself stands.</summary>
    public async Task NoteAsync(long? deviceId, string address, string kind, string detail, CancellationToken cancellationToken)
    {
        using var lease = kept.AttemptAcquire($"{kind} {address}");
        if (!lease.IsAcquired)
        {
            return;
        }

        logger.MessageRefused(deviceId ?? 0, address, kind);
        try
        {
            await attempts.AddAsync(deviceId, address, kind, detail, cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            logger.RefusalNotKept(e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => kept.Dispose();
}
