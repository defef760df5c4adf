namespace CopyTrack.Server.Reports.Export;

/// <summary>Bounds what is exported at once on this node: some run, some more wait a while, the rest are told to come again.</summary>
internal sealed class ExportGate(ExportOptions options) : IDisposable
{
    private readonly SemaphoreSlim places = new(options.AtOnce, options.AtOnce);
    private int waiting;

    /// <summary>A place to be given back by disposing it; null when too many wait already or none came free in time.</summary>
    public async Task<IDisposable?> EnterAsync(CancellationToken cancellationToken)
    {
        if (await places.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            return new Place(places);
        }

        if (Interlocked.Increment(ref waiting) > options.Waiting)
        {
            Interlocked.Decrement(ref waiting);
            return null;
        }

        try
        {
            return await places.WaitAsync(options.Patience, cancellationToken) ? new Place(places) : null;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private SemaphoreSlim? held = places;

        public void Dispose() => Interlocked.Exchange(ref held, null)?.Release();
    }
}

/// <summary>How much is exported at once on a node. Each export holds a connection to the database and little else; a printed page holds a browser of about 200 MB.</summary>
internal sealed record ExportOptions
{
    /// <summary>Exports that run at once (<c>Reports:Exports</c>).</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>Exports that may wait for a place: a queue that empties within <see cref="Patience"/> and no longer.</summary>
    public int Waiting { get; init; } = 32;

    /// <summary>How long one waits before it is told to come again; also what it is told.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}
