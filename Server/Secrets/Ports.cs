using CopyTrack.Identity.Secrets;

namespace CopyTrack.Server.Secrets;

/// <summary>Seals short texts that must be read back, such as SNMP passwords. Safe for use by many threads.</summary>
public interface ISecretSealer
{
    /// <summary>The sealed form: another one each time.</summary>
    byte[] Seal(string text);

    /// <summary>The text; throws <see cref="System.Security.Cryptography.CryptographicException"/> when the bytes were sealed with another key or changed.</summary>
    string Open(ReadOnlySpan<byte> sealedText);
}

/// <summary>The keys under which cards and PINs are hashed.</summary>
public interface IHashKeys
{
    /// <summary>The ring as it is now.</summary>
    KeyRing Current { get; }
}
