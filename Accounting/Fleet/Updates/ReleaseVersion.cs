using System.Globalization;

namespace CopyTrack.Accounting.Fleet.Updates;

/// <summary>Version of a release: three numbers from 0 to 65535, compared in their order.</summary>
public readonly record struct ReleaseVersion(int Major, int Minor, int Patch) : IComparable<ReleaseVersion>
{
    private const int Most = 65_535;

    /// <summary>One number in the same order, for databases.</summary>
    public long Number => ((Major * (Most + 1L)) + Minor) * (Most + 1L) + Patch;

    /// <summary>The version of a program's assembly.</summary>
    public static ReleaseVersion Of(Version version) => new(version.Major, version.Minor, Math.Max(0, version.Build));

    /// <summary>Reads <c>1.2.3</c> to the letter; throws <see cref="FleetFormatException"/> for anything else.</summary>
    public static ReleaseVersion Parse(string text) => TryParse(text, out var version) ? version : throw new FleetFormatException("a version is three numbers with dots between");

    /// <summary>Reads <c>1.2.3</c>: no sign, no blank, no zero before another digit.</summary>
    public static bool TryParse(string? text, out ReleaseVersion version)
    {
        version = default;
        if (text is null || text.Length > 17 || text.Split('.') is not [var major, var minor, var patch] || !Part(major, out var a) || !Part(minor, out var b) || !Part(patch, out var c))
        {
            return false;
        }

        version = new ReleaseVersion(a, b, c);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(ReleaseVersion other) => Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    public static bool operator <(ReleaseVersion left, ReleaseVersion right) => left.Number < right.Number;

    public static bool operator >(ReleaseVersion left, ReleaseVersion right) => left.Number > right.Number;

    public static bool operator <=(ReleaseVersion left, ReleaseVersion right) => left.Number <= right.Number;

    public static bool operator >=(ReleaseVersion left, ReleaseVersion right) => left.Number >= right.Number;

    private static bool Part(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= Most && (text.Length == 1 || text[0] != '0');
}
