using System.Security.Cryptography;
using System.Threading.RateLimiting;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>
/// Turns the bearer token of a request into a caller. Wrong tokens are counted by address, good ones by token; whoever sends too many waits.
/// Cookies mean nothing here.
/// </summary>
internal sealed class TokenGate(TokenRepository tokens, CallerScopes scopes, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RememberUse = TimeSpan.FromHours(1);

    // 30 wrong tokens a minute leave room for a script with a typing error; guessing 256 bits is hopeless at any rate.
    private readonly PartitionedRateLimiter<string> _wrong = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetTokenBucketLimiter(
        address, _ => new TokenBucketRateLimiterOptions { TokenLimit = 30, TokensPerPeriod = 30, ReplenishmentPeriod = TimeSpan.FromMinutes(1), AutoReplenishment = true }));

    // 100 requests a second by one token is far above any script, and far below what the database takes.
    private readonly PartitionedRateLimiter<long> _good = PartitionedRateLimiter.Create<long, long>(id => RateLimitPartition.GetTokenBucketLimiter(
        id, _ => new TokenBucketRateLimiterOptions { TokenLimit = 200, TokensPerPeriod = 100, ReplenishmentPeriod = TimeSpan.FromSeconds(1), AutoReplenishment = true }));

    /// <summary>The caller; throws <see cref="ApiProblem"/> 401 or 429.</summary>
    public async Task<ApiCaller> AuthenticateAsync(HttpContext context)
    {
        string address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (_wrong.GetStatistics(address)?.CurrentAvailablePermits == 0)
        {
            throw ApiProblem.TooMany(60);
        }

        ApiCaller? caller = await FindAsync(context);
        if (caller is null)
        {
            using RateLimitLease lease = _wrong.AttemptAcquire(address);
            throw lease.IsAcquired ? ApiProblem.Unauthorized() : ApiProblem.TooMany(60);
        }

        using RateLimitLease taken = _good.AttemptAcquire(caller.TokenId);
        return taken.IsAcquired ? caller : throw ApiProblem.TooMany(1);
    }

    /// <summary>Whether the request's token still is that caller, with the same role and the same scope: for answers that last.</summary>
    public async Task<bool> HoldsAsync(HttpContext context, ApiCaller caller) => await FindAsync(context) == caller;

    public void Dispose()
    {
        _wrong.Dispose();
        _good.Dispose();
    }

    private async Task<ApiCaller?> FindAsync(HttpContext context)
    {
        string? header = context.Request.Headers.Authorization;
        if (header is null || header.Length > 200 || !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        byte[]? hash = MachineSecret.Hash(header["Bearer ".Length..].Trim(), MachineSecret.TokenPrefix);
        TokenRow? token = hash is null ? null : await tokens.FindAsync(hash, context.RequestAborted);
        if (token is null || !CryptographicOperations.FixedTimeEquals(token.Hash, hash))
        {
            return null;
        }

        ReportScope? scope = await scopes.ReadAsync(token.Role, token.Scope, context.RequestAborted);
        if (scope is null)
        {
            return null;
        }

        if (token.LastUsedAt is null || time.GetUtcNow() - token.LastUsedAt > RememberUse)
        {
            await tokens.UsedAsync(token.Id, context.RequestAborted);
        }

        return new ApiCaller(token.Id, token.Role, scope);
    }
}
