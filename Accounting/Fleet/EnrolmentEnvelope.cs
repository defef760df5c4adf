using System.Security.Cryptography;

namespace CopyTrack.Accounting.Fleet;

/// <summary>An agent asks to be known: the one-time code and the public half of the key that it made for itself, whose private half signs the request.</summary>
public sealed record EnrolmentRequest(string Code, ReadOnlyMemory<byte> PublicKey)
{
    private const string Kind = "enrolment";

    /// <summary>The signed bytes.</summary>
    public static byte[] Seal(string code, ECDsa key) =>
        new FleetEnvelope(Kind, [("Code", code), ("Key", Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()))], default).Seal(key);

    /// <summary>Reads one that the key in it signed; throws <see cref="FleetFormatException"/>.</summary>
    public static EnrolmentRequest Read(ReadOnlyMemory<byte> bytes)
    {
        var outside = FleetEnvelope.Read(bytes, Kind);
        using var key = FleetKeys.Import(FleetKeys.Base64(outside.Field("Key")));
        return outside.IsSignedBy(key) ? new EnrolmentRequest(outside.Field("Code"), key.ExportSubjectPublicKeyInfo()) : throw new FleetFormatException("the request is not signed by the key in it");
    }
}

/// <summary>The manager's answer: the agent's id and the manager's public key, signed by it over the agent's key.</summary>
public sealed record EnrolmentAnswer(string Agent, ReadOnlyMemory<byte> ManagerKey)
{
    private const string Kind = "enrolled";

    /// <summary>The signed bytes for the agent whose public key is given.</summary>
    public static byte[] Seal(string agent, ReadOnlySpan<byte> agentKey, ECDsa key) => new FleetEnvelope(
        Kind, [("Agent", agent), ("For", FleetKeys.Print(agentKey)), ("Key", Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()))], default).Seal(key);

    /// <summary>Reads the answer to the request of <paramref name="own"/>; throws <see cref="FleetFormatException"/>. That the manager's key is the right one rests on the TLS it came over.</summary>
    public static EnrolmentAnswer Read(ReadOnlyMemory<byte> bytes, ECDsa own)
    {
        var outside = FleetEnvelope.Read(bytes, Kind);
        using var key = FleetKeys.Import(FleetKeys.Base64(outside.Field("Key")));
        return outside.IsSignedBy(key) && outside.Field("For") == FleetKeys.Print(own.ExportSubjectPublicKeyInfo())
            ? new EnrolmentAnswer(outside.Field("Agent"), key.ExportSubjectPublicKeyInfo()) : throw new FleetFormatException("the answer is not for this agent's key");
    }
}

/// <summary>The one kind of key: ECDSA on P-256.</summary>
public static class FleetKeys
{
    private const int LongestKey = 200;

    /// <summary>A new key.</summary>
    public static ECDsa Create() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The key of a SubjectPublicKeyInfo; throws <see cref="FleetFormatException"/> for another kind or curve.</summary>
    public static ECDsa Import(ReadOnlySpan<byte> publicKey)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out var read);
            if (read == publicKey.Length && key.ExportParameters(false).Curve is { IsNamed: true, Oid.Value: "1.2.840.10045.3.1.7" })
            {
                return key;
            }
        }
        catch (CryptographicException e)
        {
            key.Dispose();
            throw new FleetFormatException("the key is no ECDSA key on P-256", e);
        }

        key.Dispose();
        throw new FleetFormatException("the key is no ECDSA key on P-256");
    }

    /// <summary>What tells a public key from others, in a line of an envelope.</summary>
    internal static string Print(ReadOnlySpan<byte> publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey));

    internal static byte[] Base64(string text)
    {
        var bytes = new byte[LongestKey];
        return text.Length <= LongestKey && Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : throw new FleetFormatException("the key is no base64");
    }
}
