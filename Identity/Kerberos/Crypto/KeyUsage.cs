namespace CopyTrack.Identity.Kerberos.Crypto;

/// <summary>Key usage numbers of RFC 4120 §7.5.1 that are used here.</summary>
internal static class KeyUsage
{
    /// <summary>PA-ENC-TIMESTAMP under the client's key.</summary>
    internal const int EncTimestamp = 1;

    /// <summary>The encrypted part of a ticket.</summary>
    internal const int Ticket = 2;

    /// <summary>The encrypted part of an AS-REP.</summary>
    internal const int AsReply = 3;

    /// <summary>Checksum over the body of a TGS-REQ in its authenticator.</summary>
    internal const int TgsBodyChecksum = 6;

    /// <summary>The authenticator of a TGS-REQ.</summary>
    internal const int TgsAuthenticator = 7;

    /// <summary>The encrypted part of a TGS-REP under the session key.</summary>
    internal const int TgsReply = 8;
}
