using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Terminal.Enrolment;

/// <summary>How the server's certificate is checked.</summary>
internal static class ServerTrust
{
    /// <summary>Only chains that end in this CA are good; nothing is fetched from elsewhere.</summary>
    internal static X509ChainPolicy PolicyFor(X509Certificate2 authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(authority);
        return policy;
    }

    /// <summary>
    /// For the HTTPS port, whose certificate the operator may have bought elsewhere: the name must fit, and the chain must end in our CA or in one of the machine's.
    /// </summary>
    internal static RemoteCertificateValidationCallback OursOrTheMachines(X509Certificate2 authority) => (_, certificate, _, errors) =>
    {
        if (certificate is not X509Certificate2 leaf || (errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) != 0)
        {
            return false;
        }
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }
        using var chain = new X509Chain { ChainPolicy = PolicyFor(authority) };
        return chain.Build(leaf);
    };
}
