using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.MfpSimulator.Device;

/// <summary>A job on its way through a device.</summary>
internal sealed class Job(JobRequest request, TruthJob truth)
{
    private int sidesOfSet;
    private int sets;

    public JobRequest Request { get; } = request;
    public TruthJob Truth { get; } = truth;

    /// <summary>True once it left the lane, done or not.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Counter rises that are still to come.</summary>
    public int Pending { get; set; }

    /// <summary>Rises held back until the job has ended (<see cref="CounterLag.AtJobEnd"/>).</summary>
    public List<Effect[][]> Held { get; } = [];

    public bool IsFirstSet => sets == 0;

    public bool IsPrinting => Request.Function is JobFunction.Copy or JobFunction.Print or JobFunction.Fax;

    /// <summary>True when every sheet or original has been done.</summary>
    public bool IsComplete => sets >= (IsPrinting ? Request.Copies : 1);

    /// <summary>Sides of the next sheet; 1 for an original.</summary>
    public int NextSides => IsPrinting && Request.Duplex ? Math.Min(2, Request.Pages - sidesOfSet) : 1;

    public void Advance()
    {
        sidesOfSet += NextSides;
        if (sidesOfSet < Request.Pages) return;
        sidesOfSet = 0;
        sets++;
    }
}

/// <summary>One of the two things in a device that work one job after the other: the engine and the scanner.</summary>
internal sealed class Lane
{
    public const int MaxWaiting = 200;

    public Queue<Job> Waiting { get; } = [];
    public Job? Running { get; set; }

    /// <summary>Raised when what was scheduled must no longer happen.</summary>
    public int Epoch { get; set; }

    public bool IsBusy => Running is not null || Waiting.Count > 0;
}
