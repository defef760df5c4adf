using System.Collections.Immutable;

namespace CopyTrack.Server.Secrets;

/// <summary>Where the secrets of an installation are kept (section <c>Secrets</c> of the configuration).</summary>
public sealed record SecretsOptions
{
    /// <summary>The folder; default <c>secrets</c> inside the data directory.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// True when a missing folder is made at start (the embedded database, one node); false when its absence stops the start, because on several nodes
    /// each would make its own.
    /// </summary>
    public bool CreateWhenMissing { get; init; }

    /// <summary>Names and addresses in the server's certificate. Empty: the host's name, <c>localhost</c>, <c>127.0.0.1</c> and <c>::1</c>.</summary>
    public ImmutableArray<string> ServerNames { get; init; } = [];

    /// <summary>The names that count: those given, or the default.</summary>
    public ImmutableArray<string> EffectiveNames() =>
        ServerNames.IsDefaultOrEmpty ? [.. new[] { Environment.MachineName.ToLowerInvariant(), "localhost", "127.0.0.1", "::1" }.Distinct(StringComparer.Ordinal)] : ServerNames;
}

/// <summary>The secrets can't be used; the message says what is wrong and how to mend it, and holds no secret.</summary>
public sealed class SecretsException(string message, Exception? inner = null) : Exception(message, inner);
