using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace CopyTrack.Server.Web;

/// <summary>Signs administrators in and sets the first one up. Tries are bounded by address and by name, before any secret is looked at.</summary>
internal sealed class SignInGate(AccountRepository accounts, IHashKeys keys) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _tries = PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetTokenBucketLimiter(
        who, _ => new TokenBucketRateLimiterOptions { TokenLimit = 10, TokensPerPeriod = 5, ReplenishmentPeriod = TimeSpan.FromMinutes(1), AutoReplenishment = true }));

    // A comparison costs some hundred milliseconds of CPU on purpose: two at a time leave the terminals the rest.
    private readonly SemaphoreSlim _hashing = new(2, 2);

    /// <summary>Signs in and returns null, or says what to tell the person: never whether the name exists.</summary>
    public async Task<string?> SignInAsync(HttpContext context, string name, string password)
    {
        if (!MayTry(context, name))
        {
            return "Too many tries. Wait a minute and try again.";
        }

        AccountRow? account = name.Length is 0 or > 256 ? null : await accounts.FindAsync(OrganisationRepository.DefaultId, name, context.RequestAborted);
        await _hashing.WaitAsync(context.RequestAborted);
        try
        {
            bool good = await Task.Run(() =>
            {
                if (account is { Enabled: true })
                {
                    return PasswordHash.Verify(password, account.PasswordHash) is not HashMatch.No;
                }

                PasswordHash.Waste(password);
                return false;
            });
            if (!good)
            {
                return "Name or password is wrong.";
            }
        }
        finally
        {
            _hashing.Release();
        }

        await IssueAsync(context, account!);
        return null;
    }

    /// <summary>Makes the first administrator and signs them in; returns null, or what to tell the person.</summary>
    public async Task<string?> SetUpAsync(HttpContext context, string code, string name, string password)
    {
        if (!MayTry(context, "setup"))
        {
            return "Too many tries. Wait a minute and try again.";
        }

        if (HumanCode.Normalize(code, HumanCode.SetupLength) is not string plain)
        {
            return "The code has a typing error.";
        }

        if (name.Trim().Length is 0 or > 64)
        {
            return "Choose a name of 1 to 64 characters.";
        }

        if (password.Length is < PasswordHash.LeastLength or > PasswordHash.MostLength)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Choose a password of {PasswordHash.LeastLength} characters or more.");
        }

        AccountRow? account = await accounts.SetUpAsync(keys.Current.Candidates(HashKinds.SetupCode, OrganisationRepository.DefaultId, plain), name, password, context.RequestAborted);
        if (account is null)
        {
            return "The code is wrong, used or expired, or the name is taken. 'copytrack setup-code' prints a new code.";
        }

        await IssueAsync(context, account);
        return null;
    }

    /// <summary>Ends the session of an account that was disabled or changed since.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        AccountRepository accounts = context.HttpContext.RequestServices.GetRequiredService<AccountRepository>();
        bool known = long.TryParse(context.Principal?.FindFirstValue(ClaimTypes.NameIdentifier), NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            && await accounts.GetAsync(id, context.HttpContext.RequestAborted) is { Enabled: true } account && Stamp(account) == context.Principal!.FindFirstValue("stamp");
        if (!known)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        }
    }

    public static async Task SignOutAsync(HttpContext context)
    {
        if (!await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
        {
            context.Response.StatusCode = 400;
            return;
        }

        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        context.Response.Redirect("/SignIn");
    }

    public void Dispose()
    {
        _tries.Dispose();
        _hashing.Dispose();
    }

    private static string Stamp(AccountRow account) => Data.Instant.ToMicros(account.UpdatedAt).ToString(CultureInfo.InvariantCulture);

    private static Task IssueAsync(HttpContext context, AccountRow account)
    {
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, account.Id.ToString(CultureInfo.InvariantCulture)), new(ClaimTypes.Name, account.Name), new(ClaimTypes.Role, account.Role), new("stamp", Stamp(account)),
        ];
        if (!string.IsNullOrEmpty(account.Scope))
        {
            claims.Add(new Claim("scope", account.Scope));
        }

        return context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme)));
    }

    private bool MayTry(HttpContext context, string name)
    {
        using RateLimitLease byAddress = _tries.AttemptAcquire("a" + context.Connection.RemoteIpAddress);
        using RateLimitLease byName = _tries.AttemptAcquire("n" + Data.NameFolding.Fold(name.Length > 256 ? name[..256] : name));
        return byAddress.IsAcquired && byName.IsAcquired;
    }
}
