using System.Collections.Immutable;

namespace CopyTrack.Terminal.Panel;

/// <summary>What opens and closes the copier's panel. Calls come one at a time, from one thread, and may block it.</summary>
internal interface IPanelRelay : IDisposable
{
    /// <summary>Opens the panel for these functions, or locks it when there are none. Returns when the relay obeyed; throws <see cref="IOException"/> with words for an operator when it did not.</summary>
    void Apply(ImmutableArray<string> functions);
}
