using System.Net;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Server.Polling;

/// <summary>What one look at an address brought: the report of <c>device probe</c>, or why there is none in words for an administrator.</summary>
internal sealed record DeviceLook(ProbeReport? Report, string? Fault);

/// <summary>Looks at addresses for somebody who waits for it: a few at one time, each for a bounded time. Nothing is kept.</summary>
internal sealed class DeviceLooks(HostNames names, ISnmpClient client, ProfileLibrary library, TimeProvider time) : IDisposable
{
    private const int MostAtOnce = 4;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim slots = new(MostAtOnce);

    /// <summary>Looks at the device at a literal address or a name. <paramref name="target"/> says how it is asked there; <paramref name="profile"/> names a profile, null for the one that fits.</summary>
    public async Task<DeviceLook> AtAsync(string address, Func<IPAddress, SnmpTarget> target, string? profile, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(profile) && library.Find(profile) is null)
        {
            return new DeviceLook(null, $"There is no profile '{profile}'.");
        }

        if (!await slots.WaitAsync(Longest, cancellationToken))
        {
            return new DeviceLook(null, "Other looks are under way; try again in a moment.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            var (found, fault) = await names.FindAsync(address, limit.Token);
            return found is null
                ? new DeviceLook(null, fault)
                : await new DeviceProbe(client, library).RunAsync(target(found), profile, time.GetUtcNow(), limit.Token) switch
                {
                    ProbeOutcome.Seen seen => new DeviceLook(seen.Report, null),
                    ProbeOutcome.Unreachable unreachable => new DeviceLook(null, unreachable.Reason),
                    _ => throw new InvalidOperationException("an outcome that is none"),
                };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeviceLook(null, "the device answers too slowly; look again when it is idle");
        }
        finally
        {
            slots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();
}
