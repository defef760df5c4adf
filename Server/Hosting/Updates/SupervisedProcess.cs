using Microsoft.Win32.SafeHandles;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>
/// What a server knows of the supervisor that started it: the folder of versions, the version it was started as, and whether it is on trial. It ends when its standard input does, so that it
/// never outlives its supervisor; a version on trial opens nothing before it is told to.
/// </summary>
internal sealed class SupervisedProcess
{
    /// <summary>Names the folder of versions to a process that a supervisor started; by it the next supervisor finds what is left of the one before.</summary>
    public const string RootVariable = "COPYTRACK_SUPERVISED";

    /// <summary>Names the version.</summary>
    public const string VersionVariable = "COPYTRACK_SUPERVISED_VERSION";

    /// <summary>What a version on trial is started for: <see cref="TrialPlain"/> or <see cref="TrialAudited"/>.</summary>
    public const string TrialVariable = "COPYTRACK_TRIAL";

    /// <summary>A trial; the second one migrates the database, and its ledger was good before.</summary>
    public const string TrialPlain = "plain", TrialAudited = "audited";

    /// <summary>What a version on trial says when only the listeners are missing, and the answer.</summary>
    public const string PreparedLine = "prepared", OpenLine = "open";

    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A process that was told these.</summary>
    internal SupervisedProcess(string root, string? version, string? trial) => (Root, Version, Trial) = (root, version, trial);

    /// <summary>The folder of versions.</summary>
    public string Root { get; }

    /// <summary>The version that this process was started as.</summary>
    public string? Version { get; }

    /// <summary>See <see cref="TrialVariable"/>; null when this version need not show that it works.</summary>
    public string? Trial { get; }

    /// <summary>What the supervisor told this process; null when it has none.</summary>
    public static SupervisedProcess? OfThis() => Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } root
        ? new SupervisedProcess(root, Environment.GetEnvironmentVariable(VersionVariable), Environment.GetEnvironmentVariable(TrialVariable) is { Length: > 0 } trial ? trial : null) : null;

    /// <summary>Begins to listen to the supervisor; <paramref name="ended"/> runs once it is gone.</summary>
    public void Listen(Action ended)
    {
        // A thread of its own: reading the input can't be broken off, and would keep one of the pool for ever.
        new Thread(() =>
        {
            try
            {
                Hear();
                ended();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The server has ended already.
            }
        }) { IsBackground = true, Name = "supervisor" }.Start();
    }

    private void Hear()
    {
        using var handle = new SafeFileHandle(0, ownsHandle: false);
        using var input = new StreamReader(new FileStream(handle, FileAccess.Read, bufferSize: 1));
        while (input.ReadLine() is { } line)
        {
            if (line == OpenLine)
            {
                _told.TrySetResult();
            }
        }
    }

    /// <summary>Says that all is ready to be opened, and waits until the supervisor says so.</summary>
    public async Task AskToOpenAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(PreparedLine);
        await output.FlushAsync(cancellationToken);
        await _told.Task.WaitAsync(cancellationToken);
    }
}
