using CopyTrack.Accounting.Fleet;

namespace CopyTrack.Agent;

/// <summary>Is told what the agent does.</summary>
public interface IAgentObserver
{
    /// <summary>A line for the owner.</summary>
    void Told(string line);

    /// <summary>A message was kept in the queue.</summary>
    void Kept(FleetMessage message);
}
