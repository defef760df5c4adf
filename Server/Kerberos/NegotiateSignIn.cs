using System.Net.Security;

namespace CopyTrack.Server.Kerberos;

/// <summary>
/// Checks the ticket with which a person's computer vouches for them (SPNEGO, RFC 4178 and RFC 4559), by the base library and the system's GSSAPI with our keytab. Kerberos
/// only, in one token: NTLM is refused in whatever wrapping.
/// </summary>
internal sealed class NegotiateSignIn(KerberosSite site)
{
    /// <summary>Most characters of a token in base 64; tickets of people in hundreds of groups stay below.</summary>
    private const int MostToken = 24 * 1024;

    private readonly Lock gate = new();
    private string? off;
    private bool prepared;

    /// <summary>Why it can't be used; null when it can.</summary>
    public string? Off
    {
        get
        {
            lock (gate)
            {
                if (!prepared)
                {
                    off = Prepare();
                    prepared = true;
                }

                return off;
            }
        }
    }

    /// <summary>
    /// The principal that the token proves, whole with its realm, and the token for the browser that proves this server (base 64, or null); or why there is none,
    /// which names no secret.
    /// </summary>
    public NegotiateAnswer Check(string token)
    {
        if (Off is { } reason)
        {
            return new NegotiateAnswer.Refused(reason);
        }

        if (token.Length is 0 or > MostToken || !IsBase64(token, out var bytes))
        {
            return new NegotiateAnswer.Refused("the token can't be read");
        }

        if (bytes.AsSpan().IndexOf("NTLMSSP\0"u8) >= 0)
        {
            return new NegotiateAnswer.Refused("the browser offered NTLM, which is never taken: its computer has no ticket for this host's name");
        }

        using var authentication = new NegotiateAuthentication(new NegotiateAuthenticationServerOptions { Package = "Negotiate", RequiredProtectionLevel = ProtectionLevel.None });
        var answer = authentication.GetOutgoingBlob(token, out var status);
        if (status != NegotiateAuthenticationStatusCode.Completed)
        {
            return new NegotiateAnswer.Refused($"the ticket was not taken ({status}): keytab, clock, or another host's name");
        }

        if (!string.Equals(authentication.Package, "Kerberos", StringComparison.OrdinalIgnoreCase))
        {
            return new NegotiateAnswer.Refused($"'{authentication.Package}' is not Kerberos");
        }

        var principal = authentication.RemoteIdentity.Name ?? "";
        return principal.LastIndexOf('@') is var at and > 0 && site.Rules().Realms.Contains(principal[(at + 1)..])
            ? new NegotiateAnswer.Verified(principal, answer)
            : new NegotiateAnswer.Refused("the principal is of no realm among Kerberos:Realm and Kerberos:Realms");
    }

    private static bool IsBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var good = Convert.TryFromBase64String(text, bytes, out var written);
        bytes = bytes[..(good ? written : 0)];
        return good;
    }

    private string? Prepare()
    {
        if (site.PasswordOff is { } fault)
        {
            return fault;
        }

        try
        {
            return GssKeytab.Use(site.KeytabFile!) ? null : "GSSAPI did not take Kerberos:KeytabFile";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return "the system's GSSAPI is missing: install libgssapi-krb5-2";
        }
    }
}

/// <summary>What came of a token.</summary>
internal abstract record NegotiateAnswer
{
    private NegotiateAnswer() { }

    /// <summary>The computer vouched for this principal.</summary>
    public sealed record Verified(string Principal, string? Token) : NegotiateAnswer;

    /// <summary>It did not; the reason is for administrators.</summary>
    public sealed record Refused(string Reason) : NegotiateAnswer;
}
