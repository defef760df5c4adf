namespace CopyTrack.Accounting.Meters;

/// <summary>What a counter counts work of. <see cref="Total"/> is all functions together, <see cref="Other"/> what no named function explains.</summary>
public enum PageFunction { Total, Copy, Print, Scan, Fax, Other }

/// <summary>Colour of the counted pages; <see cref="Any"/> means the counter does not tell.</summary>
public enum PageColor { Any, Mono, Color, TwoColor, SingleColor }

/// <summary>Paper size class: large is an area over 80,000 mm² (A3, 11x17, B4); <see cref="Any"/> means the counter does not tell.</summary>
public enum PageSize { Any, Normal, Large }

/// <summary>One-sided or two-sided work; <see cref="Any"/> means the counter does not tell.</summary>
public enum PageSides { Any, Simplex, Duplex }

/// <summary>Unit of a counter. In <see cref="Equivalents"/> a large impression counts as two.</summary>
public enum CounterUnit { Impressions, Sheets, Equivalents, Scans }

/// <summary>What one counter means. Two counters of a device may share a key only when both are summed into one.</summary>
public readonly record struct CounterKey(PageFunction Function, PageColor Color, PageSize Size, PageSides Sides, CounterUnit Unit);
