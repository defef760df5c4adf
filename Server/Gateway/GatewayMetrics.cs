using System.Diagnostics.Metrics;

namespace CopyTrack.Server.Gateway;

/// <summary>Figures of the terminals port, in the meter <c>CopyTrack.Gateway</c>.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "CopyTrack.Gateway";

    private readonly Meter meter = new(MeterName);
    private readonly UpDownCounter<int> connected;
    private readonly Counter<long> lines, accepted;
    private readonly Histogram<double> unlocks;

    public GatewayMetrics()
    {
        connected = meter.CreateUpDownCounter<int>("copytrack.terminals.connected", description: "Terminals connected now");
        accepted = meter.CreateCounter<long>("copytrack.terminals.connections", description: "Connections that passed the handshake");
        lines = meter.CreateCounter<long>("copytrack.terminals.lines", description: "Lines received");
        unlocks = meter.CreateHistogram<double>("copytrack.login.unlock.duration", "s", "Login line received to panel.unlock written");
    }

    public void Connected()
    {
        connected.Add(1);
        accepted.Add(1);
    }

    public void Disconnected() => connected.Add(-1);

    public void Line() => lines.Add(1);

    public void Unlocked(TimeSpan sinceLogin) => unlocks.Record(sinceLogin.TotalSeconds);

    public void Dispose() => meter.Dispose();
}
