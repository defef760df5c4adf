using System.Threading.RateLimiting;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>Bounds tries by address and by name before anything is looked at, and lets tries for one name run one after the other, so that each sees what the one before counted.</summary>
internal sealed class SignInTries(WebOptions options) : IDisposable
{
    private const int Stripes = 64;

    private readonly PartitionedRateLimiter<string> addresses = Limiter(options.AddressTries);
    private readonly PartitionedRateLimiter<string> names = Limiter(options.NameTries);
    private readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>True when a try may be made now.</summary>
    public bool May(HttpContext context, string name)
    {
        using var byAddress = addresses.AttemptAcquire(WebSessions.Address(context));
        using var byName = byAddress.IsAcquired ? names.AttemptAcquire(NameFolding.Fold(name.Length > 256 ? name[..256] : name)) : null;
        return byName is { IsAcquired: true };
    }

    /// <summary>The same without a name.</summary>
    public bool MayFrom(HttpContext context)
    {
        using var byAddress = addresses.AttemptAcquire(WebSessions.Address(context));
        return byAddress.IsAcquired;
    }

    /// <summary>Waits for the turn of a name; dispose to end it.</summary>
    public async Task<IDisposable> TurnAsync(string nameKey, CancellationToken cancellationToken)
    {
        var gate = gates[(uint)StringComparer.Ordinal.GetHashCode(nameKey) % Stripes];
        await gate.WaitAsync(cancellationToken);
        return new Turn(gate);
    }

    public void Dispose()
    {
        addresses.Dispose();
        names.Dispose();
        foreach (var gate in gates)
        {
            gate.Dispose();
        }
    }

    private static PartitionedRateLimiter<string> Limiter(int atOnce) => PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetTokenBucketLimiter(
        who, _ => new TokenBucketRateLimiterOptions { TokenLimit = atOnce, TokensPerPeriod = Math.Max(1, atOnce / 2), ReplenishmentPeriod = TimeSpan.FromMinutes(1), AutoReplenishment = true }));

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
