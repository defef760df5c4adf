namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>Names of the protocols as administrators write them: case, dashes and blanks do not matter.</summary>
public static class UsmNames
{
    private static readonly (string Name, AuthProtocol Protocol)[] Auths =
    [
        ("MD5", AuthProtocol.Md5), ("SHA", AuthProtocol.Sha1), ("SHA1", AuthProtocol.Sha1), ("SHA224", AuthProtocol.Sha224), ("SHA256", AuthProtocol.Sha256),
        ("SHA384", AuthProtocol.Sha384), ("SHA512", AuthProtocol.Sha512),
    ];

    private static readonly (string Name, PrivProtocol Protocol)[] Privs =
    [
        ("DES", PrivProtocol.Des), ("AES", PrivProtocol.Aes128), ("AES128", PrivProtocol.Aes128), ("AES192", PrivProtocol.Aes192), ("AES256", PrivProtocol.Aes256),
        ("AES192C", PrivProtocol.Aes192Reeder), ("AES256C", PrivProtocol.Aes256Reeder),
    ];

    /// <summary>The names that may be given, for a message.</summary>
    public static string AllAuths => string.Join(", ", Auths.Select(a => a.Name));

    /// <summary>The names that may be given, for a message.</summary>
    public static string AllPrivs => string.Join(", ", Privs.Select(p => p.Name));

    /// <summary>Empty and null are <see cref="AuthProtocol.None"/>; false when the name is unknown.</summary>
    public static bool TryParse(string? text, out AuthProtocol protocol) => TryFind(Auths, text, out protocol);

    /// <summary>Empty and null are <see cref="PrivProtocol.None"/>; false when the name is unknown.</summary>
    public static bool TryParse(string? text, out PrivProtocol protocol) => TryFind(Privs, text, out protocol);

    /// <summary>The usual name; <c>none</c> for none.</summary>
    public static string Of(AuthProtocol protocol) => Auths.FirstOrDefault(a => a.Protocol == protocol).Name ?? "none";

    /// <summary>The usual name; <c>none</c> for none.</summary>
    public static string Of(PrivProtocol protocol) => Privs.FirstOrDefault(p => p.Protocol == protocol).Name ?? "none";

    private static bool TryFind<T>((string Name, T Protocol)[] names, string? text, out T protocol) where T : struct, Enum
    {
        protocol = default;
        var bare = new string([.. (text ?? "").Where(c => c is not ('-' or ' ' or '_'))]);
        foreach (var (name, value) in names)
        {
            if (name.Equals(bare, StringComparison.OrdinalIgnoreCase))
            {
                protocol = value;
                return true;
            }
        }

        return bare.Length == 0;
    }
}
