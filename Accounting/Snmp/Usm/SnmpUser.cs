using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>
/// A user of SNMP version 3 with the passwords. Immutable; none of its texts shows a password. Two users are the same when all members are; the comparison
/// is made on a digest under a key of this process, so that no table needs to hold a password.
/// </summary>
public sealed class SnmpUser : IEquatable<SnmpUser>
{
    /// <summary>The most octets of a name (RFC 3414 §5, SnmpAdminString (SIZE(1..32))).</summary>
    public const int MaxName = 32;

    /// <summary>The fewest characters of a password (RFC 3414 §11.2).</summary>
    public const int MinPassword = 8;

    /// <summary>The most octets of a password that are taken.</summary>
    public const int MaxPassword = 1024;

    private static readonly byte[] s_processKey = RandomNumberGenerator.GetBytes(32);

    private readonly byte[] _authPassword;
    private readonly byte[] _privPassword;

    /// <summary>Throws <see cref="ArgumentException"/> with the text of <see cref="Fault"/> when the parts do not fit together.</summary>
    public SnmpUser(string name, AuthProtocol auth = AuthProtocol.None, string? authPassword = null, PrivProtocol priv = PrivProtocol.None, string? privPassword = null)
    {
        if (Fault(name, auth, authPassword, priv, privPassword) is { } fault)
        {
            throw new ArgumentException(fault);
        }

        Name = name;
        NameBytes = Encoding.UTF8.GetBytes(name);
        (Auth, Priv) = (auth, priv);
        _authPassword = auth == AuthProtocol.None ? [] : Encoding.UTF8.GetBytes(authPassword!);
        _privPassword = priv == PrivProtocol.None ? [] : Encoding.UTF8.GetBytes(privPassword!);
        AuthKeyId = KeyId(auth, _authPassword);
        PrivKeyId = KeyId(auth, _privPassword);
        Id = Digest([.. NameBytes.Span, 0, (byte)auth, (byte)priv, .. Bytes(AuthKeyId), .. Bytes(PrivKeyId)]);
    }

    /// <summary>The user's name at the device.</summary>
    public string Name { get; }

    /// <summary>How its messages are signed.</summary>
    public AuthProtocol Auth { get; }

    /// <summary>How its messages are encrypted.</summary>
    public PrivProtocol Priv { get; }

    internal ReadOnlyMemory<byte> NameBytes { get; }

    /// <summary>Stands for all of it; differs between processes.</summary>
    internal UInt128 Id { get; }

    /// <summary>Stands for protocol and authentication password.</summary>
    internal UInt128 AuthKeyId { get; }

    /// <summary>Stands for authentication protocol and privacy password.</summary>
    internal UInt128 PrivKeyId { get; }

    /// <summary>Why there can be no such user, in words for an administrator that hold no password; null when there can.</summary>
    public static string? Fault(string? name, AuthProtocol auth, string? authPassword, PrivProtocol priv, string? privPassword) =>
        string.IsNullOrEmpty(name) ? "SNMP version 3 needs a user name"
        : Encoding.UTF8.GetByteCount(name) > MaxName ? $"the user name is longer than {MaxName} octets"
        : auth == AuthProtocol.None && priv != PrivProtocol.None ? "privacy needs authentication: name an authentication protocol too"
        : auth != AuthProtocol.None && PasswordFault("authentication", authPassword) is { } a ? a
        : priv != PrivProtocol.None && PasswordFault("privacy", privPassword) is { } p ? p
        : null;

    /// <inheritdoc/>
    public bool Equals(SnmpUser? other) => other is not null && Id == other.Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SnmpUser);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    /// <summary>Name and protocols.</summary>
    public override string ToString() => $"{Name} {UsmNames.Of(Auth)}/{UsmNames.Of(Priv)}";

    /// <summary>The authentication key before it is localised.</summary>
    internal byte[] DeriveAuthKey() => PasswordKey.FromPassword(Auth, _authPassword);

    /// <summary>The privacy key before it is localised.</summary>
    internal byte[] DerivePrivKey() => PasswordKey.FromPassword(Auth, _privPassword);

    internal static UInt128 Digest(ReadOnlySpan<byte> octets)
    {
        Span<byte> digest = stackalloc byte[32];
        HMACSHA256.HashData(s_processKey, octets, digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    internal static byte[] Bytes(UInt128 id)
    {
        var octets = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(octets, id);
        return octets;
    }

    private static UInt128 KeyId(AuthProtocol protocol, byte[] password) => Digest([(byte)protocol, .. password]);

    private static string? PasswordFault(string what, string? password) =>
        string.IsNullOrEmpty(password) ? $"the {what} password is missing"
        : password.Length < MinPassword ? $"the {what} password is shorter than {MinPassword} characters, which the standard forbids"
        : Encoding.UTF8.GetByteCount(password) > MaxPassword ? $"the {what} password is longer than {MaxPassword} octets"
        : null;
}
