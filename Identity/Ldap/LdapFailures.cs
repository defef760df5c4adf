using System.Globalization;

namespace CopyTrack.Identity.Ldap;

/// <summary>Turns result codes into causes with a text for the admin: what happened, and what to do next. Pure.</summary>
internal static class LdapFailures
{
    /// <summary>The failure of a bind.</summary>
    public static LdapException Bind(LdapServer server, LdapResult result)
    {
        // Active Directory tells more in its diagnostic: "... AcceptSecurityContext error, data 52e, v1db1".
        var data = AdData(result.Diagnostic);
        return result.Code switch
        {
            49 when data is "533" => Account(server, result, "is disabled: enable it in the directory"),
            49 when data is "532" => Account(server, result, "has a password that expired: set a new one in the directory and here"),
            49 when data is "773" => Account(server, result, "must change its password at the next logon: clear that in the directory"),
            49 when data is "701" => Account(server, result, "has expired: prolong it in the directory"),
            49 when data is "775" => Account(server, result, "is locked: unlock it in the directory, and see who else uses its old password"),
            49 => new LdapException(LdapCause.BindRefused, $"{server}: the directory refuses the name or password of the reading account: check BindDn and set the password again") { ResultCode = 49 },
            7 or 8 or 13 or 48 => new LdapException(LdapCause.BindKind, $"{server}: the directory does not accept this kind of bind (result {result.Code}): allow simple binds over TLS, or set a client certificate") { ResultCode = result.Code },
            _ => Of(server, result, ""),
        };
    }

    /// <summary>The failure of a search at <paramref name="baseDn"/>.</summary>
    public static LdapException Of(LdapServer server, LdapResult result, string baseDn) => new(CauseOf(result.Code), TextOf(server, result, baseDn)) { ResultCode = result.Code };

    /// <summary>A StartTLS that was refused.</summary>
    public static LdapException StartTls(LdapServer server, int code) => new(LdapCause.StartTlsRefused,
        string.Create(CultureInfo.InvariantCulture, $"{server}: the directory does not start TLS (result {code}), so nothing was sent in clear: give the server a certificate, or use ldaps://")) { ResultCode = code };

    private static LdapException Account(LdapServer server, LdapResult result, string what) =>
        new(LdapCause.BindAccount, $"{server}: the reading account {what}") { ResultCode = result.Code };

    private static LdapCause CauseOf(int code) => code switch
    {
        3 or 4 or 11 => LdapCause.LimitReached,
        10 => LdapCause.ReferredElsewhere,
        12 => LdapCause.ControlUnsupported,
        32 or 34 => LdapCause.NoSuchBase,
        50 => LdapCause.AccessRefused,
        51 or 52 or 53 or 80 => LdapCause.Unavailable,
        4096 => LdapCause.RefreshRequired,
        _ => LdapCause.Other,
    };

    private static string TextOf(LdapServer server, LdapResult result, string baseDn) => CauseOf(result.Code) switch
    {
        LdapCause.LimitReached => $"{server}: the directory cut its answer off at a limit (result {result.Code}): raise the size and time limits of the reading account, or lower PageSize",
        LdapCause.ReferredElsewhere => $"{server}: the directory refers to another server for this base ({Referred(result)}); referrals are not followed: name that server in Servers",
        LdapCause.ControlUnsupported => $"{server}: the directory does not know a needed control (result 12): set Changes to another way",
        LdapCause.NoSuchBase => $"{server}: the base '{baseDn}' does not exist, or the reading account may not see it: correct the base or the account's rights",
        LdapCause.AccessRefused => $"{server}: the reading account may not read below '{baseDn}': give it the right to",
        LdapCause.Unavailable => $"{server}: the directory says that it can't answer now (result {result.Code}): look at the directory server; the next run tries again",
        LdapCause.RefreshRequired => $"{server}: the directory no longer knows where the last run ended: the next run reads everything",
        _ => string.Create(CultureInfo.InvariantCulture, $"{server}: the directory answers with result {result.Code}: look it up in the log of the directory server"),
    };

    private static string Referred(LdapResult result) => result.Referrals is [var first, ..] ? Shorten(first) : "it does not say where";

    /// <summary>A foreign text in a message: short, without control characters.</summary>
    internal static string Shorten(string text)
    {
        var clean = string.Concat(text.Where(c => !char.IsControl(c)));
        return clean.Length <= 80 ? clean : string.Concat(clean.AsSpan(0, 80), "…");
    }

    private static string? AdData(string diagnostic)
    {
        const string mark = ", data ";
        var at = diagnostic.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? null : new string([.. diagnostic.Skip(at + mark.Length).TakeWhile(char.IsAsciiLetterOrDigit).Take(8)]);
    }
}
