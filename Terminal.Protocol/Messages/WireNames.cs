using System.Collections.Immutable;

namespace CopyTrack.Terminal.Protocol.Messages;

/// <summary>The closed sets of words that docs/terminal-protocol.md §3 and §4 name.</summary>
public static class WireNames
{
    /// <summary>Protocol version this library speaks.</summary>
    public const int ProtocolVersion = 1;

    /// <summary>What a terminal may say that it can do.</summary>
    public static ImmutableArray<string> Capabilities { get; } =
        ["card", "pin", "password", "smartcard", "panelCable", "embedded", "projects", "offline"];

    /// <summary>What a person may do at a device; <c>copyColor</c> implies <c>copy</c>.</summary>
    public static ImmutableArray<string> Functions { get; } = ["copy", "copyColor", "scan", "fax", "print"];

    /// <summary>Reasons of <c>session.logout</c>.</summary>
    public static ImmutableArray<string> LogoutReasons { get; } = ["user", "card", "idle", "error"];

    /// <summary>Reasons of <c>panel.lock</c>.</summary>
    public static ImmutableArray<string> LockReasons { get; } = ["logout", "handover", "idle", "admin", "revoked", "credit", "error"];

    /// <summary>States of <c>panel.state</c>.</summary>
    public static ImmutableArray<string> PanelStates { get; } = ["locked", "unlocked", "fault"];

    /// <summary>Levels of <c>panel.message</c>.</summary>
    public static ImmutableArray<string> MessageLevels { get; } = ["info", "warning", "error"];

    /// <summary>Algorithms of <c>card.sign</c>.</summary>
    public static ImmutableArray<string> SignAlgorithms { get; } = ["RS256", "ES256"];
}
