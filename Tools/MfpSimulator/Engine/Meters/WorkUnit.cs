namespace CopyTrack.MfpSimulator.Meters;

/// <summary>What a job does. <see cref="Fax"/> prints what came by telephone, <see cref="FaxSend"/> reads originals and sends them.</summary>
public enum JobFunction { Copy, Print, Fax, FaxSend, Scan }

/// <summary>Colour mode of a page as counters tell it apart.</summary>
public enum JobColor { Mono, FullColor, SingleColor, TwoColor }

/// <summary>The smallest thing that counters see: one sheet out of the engine, or one original side read by the scanner.</summary>
/// <param name="IsOriginal">True for a scanned original, false for a printed sheet.</param>
/// <param name="Function">Function of its job.</param>
/// <param name="Color">Colour of the sheet or scan.</param>
/// <param name="Size">Paper.</param>
/// <param name="Sides">Printed sides of the sheet, 1 or 2; 1 for an original.</param>
internal readonly record struct WorkUnit(bool IsOriginal, JobFunction Function, JobColor Color, PaperSize Size, int Sides);
