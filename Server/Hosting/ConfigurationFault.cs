namespace CopyTrack.Server.Hosting;

/// <summary>A setting that can't be: names the key and the reason in one line. Ends the program with status 2.</summary>
public sealed class ConfigurationFault(string key, string reason) : Exception($"{key}: {reason}")
{
    /// <summary>The setting.</summary>
    public string Key { get; } = key;
}
