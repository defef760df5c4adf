namespace CopyTrack.Terminal.Configuration;

/// <summary>The configuration is wrong at <see cref="Key"/> (dotted path); the message says key and reason.</summary>
internal sealed class ConfigurationException(string key, string reason) : Exception($"{key}: {reason}")
{
    /// <summary>Dotted path of the key, for example <c>readers[0].device</c>.</summary>
    public string Key { get; } = key;
}
