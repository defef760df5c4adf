using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Accounting.Fleet.Updates;

/// <summary>
/// The public halves of the publisher's release keys (ECDSA P-256). They are built in: no setting, file or message can add one to a program that runs. Several may stand there, so that the
/// next key is known before it is used.
/// </summary>
public sealed class ReleaseKeys : IDisposable
{
    private const string Resource = "release-keys.pem";
    private const int Most = 4;

    private readonly ECDsa[] _keys;

    private ReleaseKeys(ECDsa[] keys) => _keys = keys;

    /// <summary>False when this program was built without a key: then it takes no package at all.</summary>
    public bool Any => _keys.Length > 0;

    /// <summary>The keys that this program was built with (property <c>ReleaseKeysFile</c> of the build); none without.</summary>
    public static ReleaseKeys BuiltIn()
    {
        using var stream = typeof(ReleaseKeys).Assembly.GetManifestResourceStream(Resource);
        if (stream is null)
        {
            return new ReleaseKeys([]);
        }

        using var reader = new StreamReader(stream, Encoding.ASCII);
        return FromPem(reader.ReadToEnd());
    }

    /// <summary>The keys of a PEM text, one to four blocks <c>PUBLIC KEY</c>; throws <see cref="FleetFormatException"/> for another kind of key or none.</summary>
    public static ReleaseKeys FromPem(string pem)
    {
        var keys = new List<ECDsa>();
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var found))
        {
            if (rest[found.Label] is not "PUBLIC KEY" || keys.Count == Most)
            {
                throw new FleetFormatException($"release keys are one to {Most} PEM blocks PUBLIC KEY");
            }

            keys.Add(FleetKeys.Import(Convert.FromBase64String(rest[found.Base64Data].ToString())));
            rest = rest[found.Location.End..];
        }

        return keys.Count > 0 ? new ReleaseKeys([.. keys]) : throw new FleetFormatException("there is no release key in the file");
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_keys, k => k.Dispose());

    /// <summary>True when one of the keys signed the envelope.</summary>
    internal bool Signed(FleetEnvelope envelope) => Array.Exists(_keys, envelope.IsSignedBy);
}
