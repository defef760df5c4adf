using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Pkinit;

/// <summary>
/// Whether a certificate is that of a realm's KDC (RFC 4556 §3.2.4): a chain to one of the anchors, the KDC's purpose, the krbtgt name of the realm or, where host
/// names are configured, one of them, and no revocation.
/// </summary>
internal static class KdcCertificate
{
    /// <summary>Null when it is, else the reason.</summary>
    internal static string? Refuse(KdcCms cms, string realm, PkinitRules rules, DateTimeOffset now)
    {
        try
        {
            using var chain = new X509Chain();
            var policy = chain.ChainPolicy;
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(rules.Anchors.ToArray());
            policy.ExtraStore.AddRange(cms.Certificates);
            policy.ExtraStore.AddRange(rules.Intermediates.ToArray());
            policy.RevocationMode = X509RevocationMode.NoCheck;
            policy.DisableCertificateDownloads = true;
            policy.VerificationTime = now.UtcDateTime;
            policy.VerificationTimeIgnored = false;
            policy.ApplicationPolicy.Add(new Oid(CmsOids.KdcPurpose));
            if (!chain.Build(cms.Signer))
            {
                return "its certificate is not trusted: " + string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct());
            }

            return WrongName(cms.Signer, realm, rules) ?? Revoked(chain, rules, now);
        }
        catch (Exception fault) when (fault is AsnContentException or CryptographicException)
        {
            return "its certificate can't be read: " + fault.Message;
        }
    }

    private static string? WrongName(X509Certificate2 certificate, string realm, PkinitRules rules)
    {
        var names = CertificateNames.Of(certificate);
        var expected = new Principal(PrincipalName.TicketGranting(realm), realm);
        return names.Principals.Contains(expected) || names.DnsNames.Any(n => rules.KdcHostNames.Contains(n, StringComparer.OrdinalIgnoreCase)) ? null
            : rules.KdcHostNames.IsEmpty ? $"its certificate does not name {expected}; for Active Directory set Kerberos:SmartCard:KdcHostNames"
            : $"its certificate names neither {expected} nor one of Kerberos:SmartCard:KdcHostNames";
    }

    private static string? Revoked(X509Chain chain, PkinitRules rules, DateTimeOffset now)
    {
        if (rules.RevocationLists is not { } lists)
        {
            return null;
        }

        // The last element is the anchor itself, trusted by hand.
        for (var i = 0; i < chain.ChainElements.Count - 1; i++)
        {
            var certificate = chain.ChainElements[i].Certificate;
            if (RevocationList.Check(lists, certificate, chain.ChainElements[i + 1].Certificate, now) is { } reason)
            {
                return $"{certificate.Subject}: {reason}";
            }
        }

        return null;
    }
}
