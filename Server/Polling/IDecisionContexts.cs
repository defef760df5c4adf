using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Server.Polling;

/// <summary>Makes the context that a decision about a device is made under.</summary>
internal interface IDecisionContexts
{
    /// <summary>Name of this process among the nodes on the database.</summary>
    string Node { get; }

    /// <summary>Now.</summary>
    DateTimeOffset Now { get; }

    /// <summary>A context of now for the device that leaves its claim alone.</summary>
    DecisionContext For(long deviceId);
}
