using CopyTrack.Accounting.Profiles;

namespace CopyTrack.Server.Polling;

/// <summary>The operator's own meter profiles: JSON files that add to those of the program, or take the place of one with the same name.</summary>
internal static class ProfileFolder
{
    private const int MaxFileLength = 1 << 20;

    /// <summary>
    /// The program's profiles with those of the folder, which need not exist. Throws <see cref="ProfileFormatException"/> with file, line and reason for a file that is no
    /// profile or as long as none is, and <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> for one that can't be read.
    /// </summary>
    public static ProfileLibrary Load(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return ProfileLibrary.BuiltIn;
        }

        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var profiles = new List<MeterProfile>();
        foreach (var path in Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal))
        {
            var file = Path.GetFileName(path);
            if (new FileInfo(path).Length > MaxFileLength)
            {
                throw new ProfileFormatException(file, 1, "longer than 1 MiB");
            }

            ReadOnlySpan<byte> text = File.ReadAllBytes(path);
            var profile = ProfileLibrary.Parse(file, text.StartsWith("\uFEFF"u8) ? text[3..] : text);
            if (!names.TryAdd(profile.Name, file))
            {
                throw new ProfileFormatException(file, 1, $"the profile '{profile.Name}' stands in {names[profile.Name]} already");
            }

            profiles.Add(profile);
        }

        return ProfileLibrary.BuiltIn.With(profiles);
    }
}
