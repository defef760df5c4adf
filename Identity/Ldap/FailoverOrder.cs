namespace CopyTrack.Identity.Ldap;

/// <summary>Until when a server that failed is tried last, and how often it failed in a row.</summary>
/// <param name="Until">The end of its rest.</param>
/// <param name="Failures">Failures in a row.</param>
public readonly record struct ServerRest(DateTimeOffset Until, int Failures);

/// <summary>In which order servers are tried. Pure.</summary>
public static class FailoverOrder
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(15), s_longest = TimeSpan.FromMinutes(10);

    /// <summary>The preferred one, then the others as configured; those that rest come last, the one that has rested longest first.</summary>
    public static IReadOnlyList<LdapServer> Of(IReadOnlyList<LdapServer> servers, LdapServer? preferred, Func<LdapServer, ServerRest> rest, DateTimeOffset now)
    {
        var order = servers.OrderBy(s => s == preferred ? 0 : 1).ToList();
        return [.. order.Where(s => rest(s).Until <= now), .. order.Where(s => rest(s).Until > now).OrderBy(s => rest(s).Until)];
    }

    /// <summary>The rest after one more failure.</summary>
    public static ServerRest Rest(ServerRest before, DateTimeOffset now)
    {
        var length = s_first * Math.Pow(2, Math.Min(before.Failures, 10));
        return new ServerRest(now + (length < s_longest ? length : s_longest), before.Failures + 1);
    }

    /// <summary>True for failures that another server may not share; a wrong password would count at each of them.</summary>
    public static bool MayTryNext(LdapCause cause) => cause is not (LdapCause.BindRefused or LdapCause.BindAccount or LdapCause.BindKind);
}
