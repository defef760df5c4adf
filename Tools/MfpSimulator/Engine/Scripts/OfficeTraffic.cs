using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;

namespace CopyTrack.MfpSimulator.Scripts;

/// <summary>Gives random devices random jobs at random moments, on average one every so often: the prints that come from everywhere while people copy. A device that refuses gets nothing.</summary>
internal sealed class OfficeTraffic 
{
    private readonly Simulator simulator;
    private readonly IReadOnlyList<SimulatedMfp> devices;
    private readonly TimeSpan every;
    private readonly JobFunction[] functions;
    private readonly string[] users;
    private readonly Random random;
    private volatile bool isOver;

    public OfficeTraffic(Simulator simulator, IReadOnlyList<SimulatedMfp> devices, TimeSpan every, JobFunction[] functions, string[] users)
    {
        if (every < TimeSpan.FromMilliseconds(1) || functions.Length == 0 || users.Length == 0) throw new FormatException("traffic needs a time, kinds and users.");
        (this.simulator, this.devices, this.every, this.functions, this.users) = (simulator, devices, every, functions, users);
        random = new Random(devices.Count > 0 ? devices[0].Setup.Seed : 0);
        Wait();
    }

    public void Stop() => isOver = true;

    private void Wait() => simulator.After(every * (-Math.Log(1 - random.NextDouble())), Next);

    private void Next()
    {
        if (isOver || devices.Count == 0) return;
        devices[random.Next(devices.Count)].Submit(new JobRequest
        {
            Function = functions[random.Next(functions.Length)],
            Pages = 1 + (int)(-4 * Math.Log(1 - random.NextDouble())),
            Copies = random.Next(10) == 0 ? random.Next(2, 6) : 1,
            Color = random.Next(3) == 0 ? JobColor.FullColor : JobColor.Mono,
            Size = random.Next(12) == 0 ? PaperSize.A3 : PaperSize.A4,
            Duplex = random.Next(2) == 0,
            Who = users[random.Next(users.Length)],
        });
        Wait();
    }
}
