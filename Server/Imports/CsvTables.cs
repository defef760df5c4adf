using System.Globalization;
using CopyTrack.Identity.Cards;

namespace CopyTrack.Server.Imports;

/// <summary>The four imports' columns.</summary>
internal static class CsvTables
{
    public static CsvTable<PersonInput> Users { get; } = new(() => new PersonInput(), ["username"], new Dictionary<string, Func<PersonInput, string, PersonInput>>
    {
        ["username"] = (input, cell) => input with { UserName = cell },
        ["organisation"] = (input, cell) => input with { Organisation = Text(cell) },
        ["displayName"] = (input, cell) => input with { DisplayName = Text(cell) },
        ["email"] = (input, cell) => input with { Email = Text(cell) },
        ["department"] = (input, cell) => input with { Department = Text(cell) },
        ["costCentre"] = (input, cell) => input with { CostCentre = Text(cell) },
        ["groups"] = (input, cell) => input with { Groups = Names(cell) },
        ["cards"] = (input, cell) => input with { Cards = Names(cell) },
        ["pin"] = (input, cell) => input with { Pin = Text(cell) },
        ["principal"] = (input, cell) => input with { Principal = Text(cell) },
        ["language"] = (input, cell) => input with { Language = Text(cell) },
        ["functions"] = (input, cell) => input with { Functions = Names(cell) },
        ["projectRequired"] = (input, cell) => input with { ProjectRequired = Flag("projectRequired", cell) },
        ["enabled"] = (input, cell) => input with { Enabled = Flag("enabled", cell) },
    });

    public static CsvTable<PersonInput> Cards { get; } = CardsBy(CardRule.Empty);

    /// <summary>Cards whose numbers a rule turns into those that are stored.</summary>
    public static CsvTable<PersonInput> CardsBy(CardRule rule) => new(() => new PersonInput { AddedCard = "" }, ["username", "card"], new Dictionary<string, Func<PersonInput, string, PersonInput>>
    {
        ["username"] = (input, cell) => input with { UserName = cell },
        ["organisation"] = (input, cell) => input with { Organisation = Text(cell) },
        ["card"] = (input, cell) => input with { AddedCard = rule.Steps.IsEmpty ? cell : rule.Apply(cell) ?? throw new InputFaultException("the card does not fit the card rule") },
    })
    {
        Alias = ("user", "username"),
    };

    public static CsvTable<DeviceInput> Devices { get; } = new(() => new DeviceInput(), ["name"], new Dictionary<string, Func<DeviceInput, string, DeviceInput>>
    {
        ["name"] = (input, cell) => input with { Name = cell },
        ["organisation"] = (input, cell) => input with { Organisation = Text(cell) },
        ["address"] = (input, cell) => input with { Address = Text(cell) },
        ["port"] = (input, cell) => input with { Port = Number("port", cell) },
        ["snmpVersion"] = (input, cell) => input with { SnmpVersion = Text(cell) },
        ["community"] = (input, cell) => input with { Community = Text(cell) },
        ["v3User"] = (input, cell) => input with { V3User = Text(cell) },
        ["v3Auth"] = (input, cell) => input with { V3Auth = Text(cell) },
        ["v3AuthPassword"] = (input, cell) => input with { V3AuthPassword = Text(cell) },
        ["v3Priv"] = (input, cell) => input with { V3Priv = Text(cell) },
        ["v3PrivPassword"] = (input, cell) => input with { V3PrivPassword = Text(cell) },
        ["v3Context"] = (input, cell) => input with { V3Context = Text(cell) },
        ["location"] = (input, cell) => input with { Location = Text(cell) },
        ["site"] = (input, cell) => input with { Site = Text(cell) },
        ["functions"] = (input, cell) => input with { Functions = Names(cell) },
        ["colorCapable"] = (input, cell) => input with { ColorCapable = Flag("colorCapable", cell) },
        ["profile"] = (input, cell) => input with { Profile = Text(cell) },
        ["inventorySeconds"] = (input, cell) => input with { InventorySeconds = Number("inventorySeconds", cell) },
    });

    public static CsvTable<ProjectInput> Projects { get; } = new(() => new ProjectInput(), ["code"], new Dictionary<string, Func<ProjectInput, string, ProjectInput>>
    {
        ["code"] = (input, cell) => input with { Code = cell },
        ["organisation"] = (input, cell) => input with { Organisation = Text(cell) },
        ["name"] = (input, cell) => input with { Name = Text(cell) },
        ["parent"] = (input, cell) => input with { Parent = Text(cell) },
        ["users"] = (input, cell) => input with { Users = Names(cell) },
        ["groups"] = (input, cell) => input with { Groups = Names(cell) },
    });

    private static Optional<string> Text(string cell) => Optional.Of(string.IsNullOrWhiteSpace(cell) ? null : cell);

    private static Optional<IReadOnlyList<string>> Names(string cell) =>
        Optional.Of<IReadOnlyList<string>>(cell.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static Optional<bool?> Flag(string column, string cell) => Optional.Of<bool?>(cell.Trim().ToLowerInvariant() switch
    {
        "" => null,
        "true" => true,
        "false" => false,
        _ => throw new InputFaultException($"{column} is neither true nor false"),
    });

    private static Optional<int?> Number(string column, string cell) => Optional.Of<int?>(
        string.IsNullOrWhiteSpace(cell) ? null
        : int.TryParse(cell.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InputFaultException($"{column} is no whole number"));
}
