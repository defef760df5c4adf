using CopyTrack.MfpSimulator.Agent;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Time;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.MfpSimulator;

/// <summary>Any number of simulated devices on one clock, one scheduler and one truth. Thread-safe; disposing stops all agents.</summary>
public sealed class Simulator : IDisposable
{
    private static readonly TimeSpan QuietCheck = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider time;
    private readonly Scheduler scheduler;
    private readonly TruthFile? file;
    private readonly List<SimulatedMfp> devices = [];
    private readonly List<AgentSocket> sockets = [];
    private readonly List<TaskCompletionSource> waiting = [];

    /// <summary><paramref name="truthStream"/>, when given, gets the truth as JSON lines and is disposed with the simulator.</summary>
    public Simulator(TimeProvider time, Stream? truthStream = null)
    {
        this.time = time;
        scheduler = new Scheduler(time) { AfterRun = TellWaiting };
        file = truthStream is null ? null : new TruthFile(truthStream);
        Truth = new Truth(file);
    }

    /// <summary>What truly happened.</summary>
    public Truth Truth { get; }

    /// <summary>The devices in the order of their numbers.</summary>
    public IReadOnlyList<SimulatedMfp> Devices
    {
        get
        {
            lock (scheduler.Gate) return [.. devices];
        }
    }

    /// <summary>Adds a device and starts its agent. Throws <see cref="System.Net.Sockets.SocketException"/> when its address is taken; then nothing was added.</summary>
    public SimulatedMfp Add(MfpSetup setup)
    {
        lock (scheduler.Gate)
        {
            var device = new SimulatedMfp(devices.Count + 1, setup, scheduler, time, Truth);
            if (setup.Port >= 0)
            {
                var socket = new AgentSocket(device, scheduler);
                sockets.Add(socket);
                device.EndPoint = socket.EndPoint;
            }

            devices.Add(device);
            return device;
        }
    }

    /// <summary>Comes back when no device has a job and every counter has risen.</summary>
    public Task WhenQuietAsync(CancellationToken cancellationToken = default)
    {
        lock (scheduler.Gate)
        {
            if (devices.TrueForAll(d => d.IsQuiet)) return Task.CompletedTask;
            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add(source);
            if (waiting.Count == 1) scheduler.After(QuietCheck, LookAgain);
            return source.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Runs an action on the simulation's clock after a time, for scripts and scenarios.</summary>
    public void After(TimeSpan delay, Action action)
    {
        lock (scheduler.Gate) scheduler.After(delay, action);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        scheduler.Dispose();
        foreach (var socket in sockets) socket.Dispose();
        file?.Dispose();
    }

    /// <summary>A cancelled job leaves no event behind that could tell that all is quiet.</summary>
    private void LookAgain()
    {
        if (waiting.Count > 0) scheduler.After(QuietCheck, LookAgain);
    }

    private void TellWaiting()
    {
        if (waiting.Count == 0 || !devices.TrueForAll(d => d.IsQuiet)) return;
        foreach (var source in waiting) source.TrySetResult();
        waiting.Clear();
    }
}
