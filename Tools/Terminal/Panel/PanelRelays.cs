using CopyTrack.Terminal.Configuration;

namespace CopyTrack.Terminal.Panel;

/// <summary>Makes the relay that the configuration names.</summary>
internal static class PanelRelays
{
    /// <summary>The relay; nothing is opened yet.</summary>
    internal static IPanelRelay Create(PanelOptions options) => options switch
    {
        PanelOptions.SerialCommands serial => new SerialCommandRelay(serial),
        PanelOptions.ControlLines lines => new ControlLineRelay(lines),
        PanelOptions.Tcp tcp => new TcpRelay(tcp),
        _ => new NoRelay(),
    };
}
