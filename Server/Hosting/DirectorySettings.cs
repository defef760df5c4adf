using System.Collections.Immutable;
using CopyTrack.Server.Directories;

namespace CopyTrack.Server.Hosting;

/// <summary>Reads <c>Directories:NAME:…</c>; every fault names its key.</summary>
internal static class DirectorySettings
{
    /// <summary>All directories; throws <see cref="ConfigurationFault"/>.</summary>
    public static ImmutableArray<DirectoryOptions> Read(SettingReader read) => [.. read.Section("Directories").Select(child => One(read, child.Name)).ToList()];

    private static DirectoryOptions One(SettingReader read, string name)
    {
        var at = $"Directories:{name}";
        try
        {
            // A certificate stands in a file there.
            return DirectoryReading.Of(name, (key, otherwise) => key == EnteredDirectory.Ca ? null : read.Text($"{at}:{key}", otherwise));
        }
        catch (DirectoryFaultException fault)
        {
            throw new ConfigurationFault(fault.Key.Length == 0 ? at : $"{at}:{fault.Key}", fault.Message);
        }
        catch (MappingFaultException fault)
        {
            throw new ConfigurationFault($"{at}:Map:{fault.Key}", fault.Message);
        }
    }
}
