namespace CopyTrack.Identity.Kerberos.Exchange;

/// <summary>What an exchange wants next: a closed set. Whoever drives it owns sockets and time.</summary>
internal abstract record KerberosStep
{
    private KerberosStep() { }

    /// <summary>Send this to a KDC of the realm and hand over what comes back; <see cref="Stream"/> asks for TCP.</summary>
    internal sealed record Send(string Realm, byte[] Message, bool Stream) : KerberosStep;

    /// <summary>Let the card sign, and hand over the signature.</summary>
    internal sealed record Sign(CardSignature Request) : KerberosStep;

    /// <summary>It is over.</summary>
    internal sealed record Done(KerberosOutcome Outcome) : KerberosStep;

    internal static Done Fail(KerberosCause cause, string detail) => new(new KerberosOutcome.Failed(cause, detail));
}
