using CopyTrack.Accounting.Fleet;

namespace CopyTrack.Agent;

/// <summary>Is told what the agent does.</summary>
public interface IAgentObserver
{
    /// <summary>A line for the owner.</summary>
    void Told(string line);

    /// <summary>A message was kept in the queue.</summary>
    void Kept(FleetMessage message);

    /// <summary>A piece of work is done, a round or the sending of what waited; nothing may happen for minutes now.</summary>
    void Rested()
    {
        // Whoever owns a whole process uses the pause to give memory back.
    }
}
