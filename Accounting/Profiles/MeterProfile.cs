using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

// The generated reader sets members that a file leaves out to default, so the getters give the empty values.
/// <summary>What a maker's devices count and where: data, read from a file. Finding out which profile fits is apart from reading with it.</summary>
public sealed record MeterProfile
{
    /// <summary>Name, as devices are configured with it.</summary>
    public required string Name { get; init; }

    /// <summary>Version; a new one opens a new epoch on every device that uses the profile.</summary>
    public required int Version { get; init; }

    /// <summary>Profiles are tried in ascending order; the standard one is last.</summary>
    public required int Order { get; init; }

    /// <summary>The maker's name as it is shown; null = from the device.</summary>
    public string? Maker { get; init; }

    /// <summary>Where a single counter wraps to zero; 0 = unknown.</summary>
    public long Modulus { get; init; }

    /// <summary>Which devices it is for.</summary>
    public required ProfileMatch Match { get; init; }

    /// <summary>Where the maker keeps serial number and the like.</summary>
    public ProfileIdentity Identity { get => field ?? new ProfileIdentity(); init; }

    /// <summary>Subtrees that are read once when a device is bound.</summary>
    public ImmutableArray<ObjectIdentifier> Walk { get => field.IsDefault ? [] : field; init; }

    /// <summary>Tables whose rows are found by a code or a label, by name.</summary>
    public ImmutableDictionary<string, ProfileTable> Tables { get => field ?? ImmutableDictionary<string, ProfileTable>.Empty; init; }

    /// <summary>The table that names paper sizes and gives their dimensions.</summary>
    public ProfileSizes? Sizes { get; init; }

    /// <summary>Ways to cut the pages into disjoint cells, finest first: the first whose needed counters a device has and whose sum does not exceed the total is taken.</summary>
    public ImmutableArray<string> Partitions { get => field.IsDefault ? [] : field; init; }

    /// <summary>True where the counters over all sizes may be of normal paper only, so that normal paper must not be worked out as the rest.</summary>
    public bool SizesUnsure { get; init; }

    /// <summary>SNMP contexts in which the device may keep its supplies when the default one has none.</summary>
    public ImmutableArray<string> Contexts { get => field.IsDefault ? [] : field; init; }

    /// <summary>Panel text of models without the standard console.</summary>
    public ImmutableArray<ObjectIdentifier> Console { get => field.IsDefault ? [] : field; init; }

    /// <summary>Supplies that models without the standard table keep as records in an octet string.</summary>
    public ImmutableArray<SupplyRecord> SupplyRecords { get => field.IsDefault ? [] : field; init; }

    /// <summary>Where the device keeps its jobs with the people who made them; read only when an operator asks for it.</summary>
    public ProfileJobs? Jobs { get; init; }

    /// <summary>All counters that can be shown; some of them are the ledger's.</summary>
    public required ImmutableArray<CounterRule> Counters { get; init; }
}

/// <summary>A device fits when its sysObjectID starts with one of these, or one of these objects answers, or its sysDescr starts with one of these texts.</summary>
public sealed record ProfileMatch
{
    /// <summary>Subtrees in which the device's sysObjectID lies.</summary>
    public ImmutableArray<ObjectIdentifier> SysObjectId { get => field.IsDefault ? [] : field; init; }

    /// <summary>Private objects of which one exists.</summary>
    public ImmutableArray<ObjectIdentifier> Answers { get => field.IsDefault ? [] : field; init; }

    /// <summary>True where other kinds of devices share the sysObjectID: then only printer objects prove a printer.</summary>
    public bool SharedSysObjectId { get; init; }

    /// <summary>Beginnings of sysDescr, in any case.</summary>
    public ImmutableArray<string> Descr { get => field.IsDefault ? [] : field; init; }
}

/// <summary>Objects to try in order; the first non-empty one counts.</summary>
public sealed record ProfileIdentity
{
    /// <summary>Serial number.</summary>
    public ImmutableArray<ObjectIdentifier> Serial { get => field.IsDefault ? [] : field; init; }

    /// <summary>Model.</summary>
    public ImmutableArray<ObjectIdentifier> Model { get => field.IsDefault ? [] : field; init; }

    /// <summary>Firmware version.</summary>
    public ImmutableArray<ObjectIdentifier> Firmware { get => field.IsDefault ? [] : field; init; }

    /// <summary>Host name.</summary>
    public ImmutableArray<ObjectIdentifier> HostName { get => field.IsDefault ? [] : field; init; }

    /// <summary>True where the IEEE 1284 device id is wanted even of a device that names its model elsewhere.</summary>
    public bool DeviceId { get; init; }
}

/// <summary>A table in which rows are found by content: <see cref="Key"/> holds a type code or a label, <see cref="Value"/> the count. The arcs behind both columns are the same.</summary>
public sealed record ProfileTable
{
    /// <summary>Column of codes or labels.</summary>
    public required ObjectIdentifier Key { get; init; }

    /// <summary>Column of values.</summary>
    public required ObjectIdentifier Value { get; init; }
}

/// <summary>A supply inside an octet string of records: kind, 01, length, value (FF ends them).</summary>
public sealed record SupplyRecord
{
    /// <summary>The octet string.</summary>
    public required ObjectIdentifier Object { get; init; }

    /// <summary>Kind of the record.</summary>
    public required byte Record { get; init; }

    /// <summary>Kind of the supply; <c>toner</c> stands for ink on models that print with ink.</summary>
    public required string Kind { get; init; }

    /// <summary>Colour; null = it has none.</summary>
    public string? Color { get; init; }

    /// <summary>True where the value is two octets, level and capacity; else it is hundredths of a percent.</summary>
    public bool LevelOfMax { get; init; }
}

/// <summary>A counter of the Imaging System Counter MIB (PWG 5106.3), found by the service it belongs to.</summary>
public sealed record PwgSource
{
    /// <summary>Service type: 3 system totals, 4 copy, 7 and 8 fax, 11 print, 12 scan.</summary>
    public required int Service { get; init; }

    /// <summary>Number of the table: 7 images, 8 impressions, 9 two-sided sheets, 10 sheets.</summary>
    public required uint Table { get; init; }

    /// <summary>Column: 4 all, 5 monochrome, 7 full colour, 8 highlight colour (of images 6 full colour).</summary>
    public required uint Column { get; init; }
}

/// <summary>Columns that name paper sizes and give their sides in ten-thousandths of an inch, indexed by the size row.</summary>
public sealed record ProfileSizes
{
    /// <summary>Names.</summary>
    public required ObjectIdentifier Name { get; init; }

    /// <summary>Lengths.</summary>
    public required ObjectIdentifier Length { get; init; }

    /// <summary>Widths.</summary>
    public required ObjectIdentifier Width { get; init; }
}

/// <summary>
/// One counter, or one for each size class. Exactly one source: <see cref="Sum"/>, <see cref="FirstOf"/>, <see cref="SumOfColumn"/>, <see cref="BySize"/>,
/// <see cref="Pwg"/>, or <see cref="Table"/> with <see cref="Codes"/> or <see cref="Labels"/>.
/// </summary>
public sealed record CounterRule : IJsonOnDeserialized
{
    /// <summary>What the ledger uses it for; null = it is only shown.</summary>
    public CounterRole? Role { get; init; }

    /// <summary>The partitions in which it has its role; empty = all.</summary>
    public ImmutableArray<string> In { get => field.IsDefault ? [] : field; init; }

    /// <summary>True when its partitions are no choice without it.</summary>
    public bool Needed { get; init; }

    /// <summary>Function.</summary>
    public required PageFunction Function { get; init; }

    /// <summary>Colour.</summary>
    public PageColor Color { get; init; }

    /// <summary>Size class; of a rule by size it is decided by each row.</summary>
    public PageSize Size { get; init; }

    /// <summary>Sides.</summary>
    public PageSides Sides { get; init; }

    /// <summary>Unit; of a rule by size that of normal paper.</summary>
    public CounterUnit Unit { get; init; }

    /// <summary>Unit of large paper (and of paper of unknown size) in a rule by size; null = as <see cref="Unit"/>.</summary>
    public CounterUnit? LargeUnit { get; init; }

    /// <summary>True where only one source knows its meaning: it counts only on a device whose sums prove it.</summary>
    public bool Candidate { get; init; }

    /// <summary>A counter of the standard Imaging System Counter MIB.</summary>
    public PwgSource? Pwg { get; init; }

    /// <summary>A column of which all rows are added.</summary>
    public ObjectIdentifier SumOfColumn { get; init; }

    /// <summary>Objects that are added; all must exist.</summary>
    public ImmutableArray<CounterTerm> Sum { get => field.IsDefault ? [] : field; init; }

    /// <summary>Objects of which the first that exists is the counter.</summary>
    public ImmutableArray<CounterTerm> FirstOf { get => field.IsDefault ? [] : field; init; }

    /// <summary>A column indexed by the size row.</summary>
    public ObjectIdentifier BySize { get; init; }

    /// <summary>Name of one of <see cref="MeterProfile.Tables"/>.</summary>
    public string? Table { get; init; }

    /// <summary>Codes of which the first that exists is the counter.</summary>
    public ImmutableArray<int> Codes { get => field.IsDefault ? [] : field; init; }

    /// <summary>Labels of which the first that exists is the counter; only letters and digits count, in any case.</summary>
    public ImmutableArray<string> Labels { get => field.IsDefault ? [] : field; init; }

    /// <summary>Refuses a rule without a source or with two.</summary>
    public void OnDeserialized()
    {
        var sources = (Sum.IsEmpty ? 0 : 1) + (FirstOf.IsEmpty ? 0 : 1) + (BySize.Length == 0 ? 0 : 1) + (Table is null ? 0 : 1)
            + (Pwg is null ? 0 : 1) + (SumOfColumn.Length == 0 ? 0 : 1);
        if (sources != 1 || (Table is not null && Codes.IsEmpty == Labels.IsEmpty))
        {
            throw new System.Text.Json.JsonException("a counter needs exactly one source");
        }
    }
}
