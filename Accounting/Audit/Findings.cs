using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Accounting.Audit;

/// <summary>Collects what is wrong with one device as sentences; keeps a bounded number and counts the rest.</summary>
internal sealed class Findings(string device)
{
    private const int Kept = 200;
    private readonly List<string> _sentences = [];
    private long _more;

    public bool Any => _sentences.Count > 0;

    /// <summary>Adds "Device D, place: fault."</summary>
    public void Add(FormattableString place, FormattableString fault)
    {
        if (_sentences.Count == Kept)
        {
            _more++;
            return;
        }

        _sentences.Add($"Device {device}, {FormattableString.Invariant(place)}: {FormattableString.Invariant(fault)}.");
    }

    public ImmutableArray<string> ToSentences() => _more == 0
        ? [.. _sentences]
        : [.. _sentences, string.Create(CultureInfo.InvariantCulture, $"Device {device}: {_more} more violations are not listed.")];
}
