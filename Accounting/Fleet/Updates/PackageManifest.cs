using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Accounting.Fleet.Updates;

/// <summary>One file of a package: its plain name, its bytes, and their SHA-256 in lower-case hex.</summary>
public sealed record PackageFile(string Name, long Size, string Hash);

/// <summary>
/// What the publisher signs (docs/fleet.md §13): what the package is, the length and SHA-256 of its archive, and every file in it. An envelope of kind <c>package</c> whose body has a line
/// <c>HASH SIZE NAME</c> for each file. Nothing of a package is believed that does not stand here.
/// </summary>
public sealed record PackageManifest(string Product, ReleaseVersion Version, string Platform, long Size, string Hash, ImmutableArray<PackageFile> Files)
{
    /// <summary>Products: the agent, the server, and a licence, which is one file.</summary>
    public const string Agent = "agent", Server = "server", Licence = "licence";

    /// <summary>Name of the one file of a licence's package.</summary>
    public const string LicenceName = "licence.txt";

    /// <summary>Longest manifest, longest archive and most bytes of all files.</summary>
    public const int MaxManifest = 64 * 1024, MaxSize = 192 * 1024 * 1024;

    /// <summary>Most bytes of all files together.</summary>
    public const long MaxUnpacked = 640L * 1024 * 1024;

    private const int MaxFiles = 600, MaxName = 100;
    private const string Kind = "package";

    /// <summary>The signed bytes. Throws <see cref="FleetFormatException"/> for what <see cref="Read"/> would refuse.</summary>
    public byte[] Seal(ECDsa key)
    {
        Check();
        var body = new StringBuilder();
        foreach (var file in Files)
        {
            body.Append(file.Hash).Append(' ').Append(file.Size.ToString(CultureInfo.InvariantCulture)).Append(' ').Append(file.Name).Append('\n');
        }

        return new FleetEnvelope(
            Kind,
            [("Product", Product), ("Version", Version.ToString()), ("Platform", Platform), ("Size", Size.ToString(CultureInfo.InvariantCulture)), ("Hash", Hash)],
            Encoding.ASCII.GetBytes(body.ToString())).Seal(key);
    }

    /// <summary>Reads a manifest that one of the publisher's keys signed; throws <see cref="FleetFormatException"/> for anything else, naming why.</summary>
    public static PackageManifest Read(ReadOnlyMemory<byte> bytes, ReleaseKeys keys)
    {
        if (!keys.Any)
        {
            throw new FleetFormatException("this program was built without a release key and takes no packages");
        }

        if (bytes.Length > MaxManifest)
        {
            throw new FleetFormatException("the manifest is too long");
        }

        var outside = FleetEnvelope.Read(bytes, Kind);
        if (!keys.Signed(outside))
        {
            throw new FleetFormatException("the package is not signed by the publisher's release key");
        }

        var files = ImmutableArray.CreateBuilder<PackageFile>();
        var lines = Encoding.ASCII.GetString(outside.Body.Span).Split('\n');
        foreach (var line in lines[..^1])
        {
            files.Add(line.Split(' ') is [var hash, var size, var name] && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? new PackageFile(name, length, hash) : throw new FleetFormatException("a line of the manifest can't be read"));
        }

        var read = new PackageManifest(outside.Field("Product"), ReleaseVersion.Parse(outside.Field("Version")), outside.Field("Platform"), outside.Number("Size"), outside.Field("Hash"), files.ToImmutable());
        read.Check();
        return lines[^1].Length == 0 ? read : throw new FleetFormatException("the manifest's last line is cut");
    }

    /// <summary>True for a name that a file of a package may have: plain, without a folder, the same on every system.</summary>
    public static bool IsPlainName(string name) =>
        name.Length is > 0 and <= MaxName && char.IsAsciiLetterOrDigit(name[0]) && name[^1] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private void Check()
    {
        var fault = Product is not (Agent or Server or Licence) ? "the product is not known"
            : Platform.Length is 0 or > 32 || !Platform.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? "the platform is none"
            : Size is <= 0 or > MaxSize ? "the archive is longer than a package may be"
            : !IsHash(Hash) ? "the hash is none"
            : Files.Length is 0 or > MaxFiles ? "the number of files can't be"
            : Files.Any(f => !IsPlainName(f.Name)) ? "a file has a name with a folder or of another kind"
            : Files.Any(f => f.Size < 0 || !IsHash(f.Hash)) ? "a file's size or hash is none"
            : Files.Sum(f => f.Size) > MaxUnpacked ? "the files are longer than a package may be"
            : Files.DistinctBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Count() != Files.Length ? "a file stands there twice"
            : Product == Licence && Files is not [{ Name: LicenceName, Size: <= 64 * 1024 }] ? "a licence is one short file"
            : null;
        if (fault is not null)
        {
            throw new FleetFormatException($"the package can't be: {fault}");
        }
    }

    private static bool IsHash(string hash) => hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower);
}
