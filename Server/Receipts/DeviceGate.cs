using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.RateLimiting;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Receipts;

/// <summary>A device that showed its credential. <see cref="TerminalId"/> names the terminal of its certificate; null for a device with its own secret.</summary>
internal sealed record DeviceCaller(long DeviceId, long OrgId, string Name, string? TerminalId);

/// <summary>A caller that is refused: 401, or 429 with seconds to wait.</summary>
internal sealed class DeviceRefused(int status, string message, int? retryAfter = null) : Exception(message)
{
    public int Status => status;

    public int? RetryAfter => retryAfter;
}

/// <summary>
/// Who sends: a client certificate of our CA that names a terminal, else Basic with the device's name and its secret, over TLS only. Wrong credentials are counted
/// by address, messages by device. A revoked credential is refused within <see cref="Remember"/>.
/// </summary>
internal sealed class DeviceGate(
    DeviceRepository devices, TerminalCertificateRepository certificates, WalkUpRepository terminals, ReceiptOptions options, RefusedMessages refused, TimeProvider time) : IDisposable
{
    /// <summary>How long a credential that was good is taken without asking the database.</summary>
    public static readonly TimeSpan Remember = TimeSpan.FromSeconds(5);

    private const int MostRemembered = 20_000, LongestHeader = 1024;

    private readonly ConcurrentDictionary<string, (DeviceCaller Caller, DateTimeOffset Until)> known = new(StringComparer.Ordinal);

    // 30 wrong secrets a minute leave room for a typing error in many devices behind one address; guessing 256 bits is hopeless at any rate.
    private readonly PartitionedRateLimiter<string> wrong = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetTokenBucketLimiter(
        address, _ => new TokenBucketRateLimiterOptions { TokenLimit = 30, TokensPerPeriod = 30, ReplenishmentPeriod = TimeSpan.FromMinutes(1), AutoReplenishment = true }));

    private readonly PartitionedRateLimiter<long> good = PartitionedRateLimiter.Create<long, long>(id => RateLimitPartition.GetTokenBucketLimiter(
        id, _ => new TokenBucketRateLimiterOptions { TokenLimit = options.PerSecond * 2, TokensPerPeriod = options.PerSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), AutoReplenishment = true }));

    /// <summary>The device behind the request; throws <see cref="DeviceRefused"/>.</summary>
    public async Task<DeviceCaller> AuthenticateAsync(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (wrong.GetStatistics(address)?.CurrentAvailablePermits == 0)
        {
            throw new DeviceRefused(429, "too many wrong credentials from this address", 60);
        }

        if (await FindAsync(context) is not { } caller)
        {
            using var lease = wrong.AttemptAcquire(address);
            if (context.Request.Headers.Authorization.Count > 0 || context.Connection.ClientCertificate is not null)
            {
                await refused.NoteAsync(null, address, "credential", "a wrong, revoked or foreign credential", context.RequestAborted);
            }

            throw lease.IsAcquired ? new DeviceRefused(401, "no valid credential of a device: send its name and secret by Basic, or a client certificate of this server's CA")
                : new DeviceRefused(429, "too many wrong credentials from this address", 60);
        }

        using var taken = good.AttemptAcquire(caller.DeviceId);
        if (!taken.IsAcquired)
        {
            var fault = $"more than {options.PerSecond} messages a second from this device; send several receipts in one message";
            await refused.NoteAsync(caller.DeviceId, address, "rate", fault, context.RequestAborted);
            throw new DeviceRefused(429, fault, 1);
        }

        return caller;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        wrong.Dispose();
        good.Dispose();
    }

    private async Task<DeviceCaller?> FindAsync(HttpContext context)
    {
        if (context.Connection.ClientCertificate is { } certificate)
        {
            return await RememberedAsync("c" + certificate.Thumbprint, () => OfCertificateAsync(certificate, context.RequestAborted));
        }

        if (!context.Request.IsHttps || Basic(context.Request) is not var (name, secret) || MachineSecret.Hash(secret, MachineSecret.DevicePrefix) is not { } hash)
        {
            return null;
        }

        return await RememberedAsync($"b{Convert.ToBase64String(hash)}{NameFolding.Fold(name)}", () => OfSecretAsync(name, hash, context.RequestAborted));
    }

    private async Task<DeviceCaller?> RememberedAsync(string key, Func<Task<DeviceCaller?>> find)
    {
        var now = time.GetUtcNow();
        if (known.TryGetValue(key, out var remembered) && now < remembered.Until)
        {
            return remembered.Caller;
        }

        if (known.Count > MostRemembered)
        {
            known.Clear();
        }

        if (await find() is not { } caller)
        {
            known.TryRemove(key, out _);
            return null;
        }

        known[key] = (caller, now + Remember);
        return caller;
    }

    private async Task<DeviceCaller?> OfSecretAsync(string name, byte[] hash, CancellationToken cancellationToken)
    {
        var device = await devices.FindByCredentialAsync(hash, cancellationToken);
        return device is { Enabled: true, CredentialHash: { } kept } && CryptographicOperations.FixedTimeEquals(kept, hash) && device.NameFolded == NameFolding.Fold(name)
            ? new DeviceCaller(device.Id, device.OrgId, device.Name, null)
            : null;
    }

    private async Task<DeviceCaller?> OfCertificateAsync(X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        // The TLS layer lets only our CA's certificates in, in their time; revoked ones are this place's to find.
        var state = await certificates.FindAsync(certificate.SerialNumber, cancellationToken);
        if (state is null or { Revoked: true } or { TerminalRevoked: true } || TerminalNames.Read(certificate) != state.TerminalId)
        {
            return null;
        }

        return await terminals.FindTerminalAsync(state.TerminalId, cancellationToken) is { RevokedAt: null, DeviceDeletedAt: null } terminal
            ? new DeviceCaller(terminal.DeviceId, terminal.OrgId, terminal.DeviceName, terminal.Id)
            : null;
    }

    private static (string Name, string Secret)? Basic(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length > LongestHeader || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[LongestHeader];
        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes[..length]);
        // A secret holds no colon, a device's name may.
        var colon = text.LastIndexOf(':');
        return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
    }
}
