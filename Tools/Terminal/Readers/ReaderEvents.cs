using CopyTrack.Terminal.Machine;

namespace CopyTrack.Terminal.Readers;

/// <summary>Where readers put what they saw. Safe for use by many threads; never blocks.</summary>
internal delegate void ReaderSink(TerminalInput input);
