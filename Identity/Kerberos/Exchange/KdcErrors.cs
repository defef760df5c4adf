using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Globalization;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Exchange;

/// <summary>Error codes of KDCs (RFC 4120 §7.5.9, RFC 4556 §3.1.3, RFC 6113, RFC 6806) and what they mean for a login.</summary>
internal static class KdcErrors
{
    internal const int NameExpired = 1, ClientUnknown = 6, ServerUnknown = 7, Policy = 12, EtypeUnsupported = 14, Revoked = 18, KeyExpired = 23, PreauthFailed = 24,
        PreauthRequired = 25, Unavailable = 29, Integrity = 31, Skew = 37, TooBig = 52, DhParameters = 65, WrongRealm = 68, PreauthExpired = 90;

    /// <summary>The name in the RFC's table, or the number.</summary>
    internal static string NameOf(int code) => code switch
    {
        NameExpired => "KDC_ERR_NAME_EXP",
        ClientUnknown => "KDC_ERR_C_PRINCIPAL_UNKNOWN",
        ServerUnknown => "KDC_ERR_S_PRINCIPAL_UNKNOWN",
        Policy => "KDC_ERR_POLICY",
        13 => "KDC_ERR_BADOPTION",
        EtypeUnsupported => "KDC_ERR_ETYPE_NOSUPP",
        16 => "KDC_ERR_PADATA_TYPE_NOSUPP",
        Revoked => "KDC_ERR_CLIENT_REVOKED",
        KeyExpired => "KDC_ERR_KEY_EXPIRED",
        PreauthFailed => "KDC_ERR_PREAUTH_FAILED",
        PreauthRequired => "KDC_ERR_PREAUTH_REQUIRED",
        Unavailable => "KDC_ERR_SVC_UNAVAILABLE",
        Integrity => "KRB_AP_ERR_BAD_INTEGRITY",
        32 => "KRB_AP_ERR_TKT_EXPIRED",
        Skew => "KRB_AP_ERR_SKEW",
        41 => "KRB_AP_ERR_MODIFIED",
        TooBig => "KRB_ERR_RESPONSE_TOO_BIG",
        60 => "KRB_ERR_GENERIC",
        62 => "KDC_ERR_CLIENT_NOT_TRUSTED",
        63 => "KDC_ERR_KDC_NOT_TRUSTED",
        64 => "KDC_ERR_INVALID_SIG",
        DhParameters => "KDC_ERR_DH_KEY_PARAMETERS_NOT_ACCEPTED",
        66 => "KDC_ERR_CERTIFICATE_MISMATCH",
        WrongRealm => "KDC_ERR_WRONG_REALM",
        70 => "KDC_ERR_CANT_VERIFY_CERTIFICATE",
        71 => "KDC_ERR_INVALID_CERTIFICATE",
        72 => "KDC_ERR_REVOKED_CERTIFICATE",
        73 => "KDC_ERR_REVOCATION_STATUS_UNKNOWN",
        74 => "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE",
        75 => "KDC_ERR_CLIENT_NAME_MISMATCH",
        76 => "KDC_ERR_KDC_NAME_MISMATCH",
        77 => "KDC_ERR_INCONSISTENT_KEY_PURPOSE",
        78 => "KDC_ERR_DIGEST_IN_CERT_NOT_ACCEPTED",
        79 => "KDC_ERR_PA_CHECKSUM_MUST_BE_INCLUDED",
        80 => "KDC_ERR_DIGEST_IN_SIGNED_DATA_NOT_ACCEPTED",
        81 => "KDC_ERR_PUBLIC_KEY_ENCRYPTION_NOT_SUPPORTED",
        PreauthExpired => "KDC_ERR_PREAUTH_EXPIRED",
        91 => "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED",
        100 => "KDC_ERR_NO_ACCEPTABLE_KDF",
        _ => "error " + code.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The end of a login for an error that means the same at every step.</summary>
    internal static KerberosStep.Done End(KerberosError error, string realm, DateTimeOffset now)
    {
        var (cause, advice) = error.Code switch
        {
            ClientUnknown or PreauthFailed => (KerberosCause.WrongCredentials, ""),
            NameExpired => (KerberosCause.AccountExpired, "; the account's end has passed, extend it at the KDC"),
            Revoked => (KerberosCause.AccountLocked, Status(error.Data) ?? "; locked, disabled or expired at the KDC: unlock it there"),
            Policy => (KerberosCause.PolicyRefused, "; a policy of the KDC, such as hours or workstations, forbids it"),
            KeyExpired => (KerberosCause.PasswordExpired, "; the password must be changed"),
            Unavailable => (KerberosCause.Unavailable, "; the KDC can't work now, see its log"),
            EtypeUnsupported => (KerberosCause.WeakEncryption, "; the account or the service has no AES key: change its password, allow AES in the realm"),
            Skew => (KerberosCause.ClockSkew, Offset(error.ServerTime - now)),
            ServerUnknown => (KerberosCause.KdcRefused, "; the KDC does not know the service asked for: check Kerberos:Service and its principal"),
            _ => (KerberosCause.KdcRefused, ""),
        };
        return KerberosStep.Fail(cause, Told(error, realm) + advice);
    }

    /// <summary>"the KDC of REALM answered NAME (its text)".</summary>
    internal static string Told(KerberosError error, string realm) =>
        $"the KDC of {realm} answered {NameOf(error.Code)}{(error.Text is { Length: > 0 } text ? $" ({text})" : "")}";

    private static string Offset(TimeSpan ahead) => string.Create(CultureInfo.InvariantCulture,
        $"; the KDC's clock is {Math.Abs((long)ahead.TotalSeconds)} s {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} this server's: set both by NTP");

    /// <summary>The NTSTATUS that AD and Samba put beside "revoked" (MS-KILE 2.2.2, 2.2.1); null when there is none.</summary>
    private static string? Status(byte[]? data)
    {
        if (data is null)
        {
            return null;
        }

        try
        {
            var reader = new AsnReader(data, AsnEncodingRules.DER);
            var only = PaData.Read(reader);
            return only.Type != PaData.PasswordSalt || only.Value.Length < 4 ? null : BinaryPrimitives.ReadUInt32LittleEndian(only.Value) switch
            {
                0xC0000072 => "; the account is disabled in the directory",
                0xC0000193 => "; the account's end has passed in the directory",
                0xC0000234 => "; the account is locked out in the directory after wrong passwords",
                0xC000006F => "; the account may not log in at this hour",
                0xC0000070 => "; the account may not log in from here",
                var other => string.Create(CultureInfo.InvariantCulture, $"; the directory says status 0x{other:X8}"),
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
