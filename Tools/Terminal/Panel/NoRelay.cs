using System.Collections.Immutable;

namespace CopyTrack.Terminal.Panel;

/// <summary>A panel that is not driven; every wish succeeds.</summary>
internal sealed class NoRelay : IPanelRelay
{
    /// <summary>Does nothing.</summary>
    public void Apply(ImmutableArray<string> functions)
    {
    }

    /// <summary>Nothing is held.</summary>
    public void Dispose()
    {
    }
}
