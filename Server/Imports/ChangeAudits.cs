using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Imports;

/// <summary>What changes of people, devices and projects look like in the audit log.</summary>
internal static class ChangeAudits
{
    /// <summary>Names, addresses and principals of a person stand in the person table alone; cards are told by id.</summary>
    public static AuditValues Of(PersonState? before, PersonState after)
    {
        var (old, row) = (before?.Row, after.Row);
        return new AuditValues()
            .AddKept("userName", old?.UserName != row.UserName, old is not null, true)
            .AddKept("displayName", old?.DisplayName != row.DisplayName, old?.DisplayName is not null, row.DisplayName is not null)
            .AddKept("email", old?.Email != row.Email, old?.Email is not null, row.Email is not null)
            .AddKept("principal", old?.Principal != row.Principal, old?.Principal is not null, row.Principal is not null)
            .AddKept("pin", !ReferenceEquals(before?.Pin, after.Pin), before?.Pin is not null, after.Pin is not null)
            .Add("department", old?.Department, row.Department).Add("costCentre", old?.CostCentre, row.CostCentre).Add("language", old?.Language, row.Language)
            .Add("functions", old?.Functions, row.Functions).Add("projectRequired", old?.ProjectRequired ?? false, row.ProjectRequired)
            .Add("enabled", old?.Enabled, row.Enabled)
            .Add("groups", before is null ? null : List(before.Groups.Select(g => g.GroupName)), List(after.Groups.Select(g => g.GroupName)))
            .Add("cards", before is null ? null : List(before.Cards.Select(CardId)), List(after.Cards.Select(CardId)));
    }

    /// <summary>Communities and passwords are told only to be there.</summary>
    public static AuditValues Of(DeviceRow? old, DeviceRow row) => new AuditValues()
        .Add("name", old?.Name, row.Name).Add("address", old?.Address, row.Address).Add("port", old?.Port, row.Port).Add("snmpVersion", old?.SnmpVersion, row.SnmpVersion)
        .AddKept("community", !ReferenceEquals(old?.CommunitySealed, row.CommunitySealed), old?.CommunitySealed is not null, row.CommunitySealed is not null)
        .Add("v3User", old?.V3User, row.V3User).Add("v3Auth", old?.V3Auth, row.V3Auth)
        .AddKept("v3AuthPassword", !ReferenceEquals(old?.V3AuthPasswordSealed, row.V3AuthPasswordSealed), old?.V3AuthPasswordSealed is not null, row.V3AuthPasswordSealed is not null)
        .Add("v3Priv", old?.V3Priv, row.V3Priv)
        .AddKept("v3PrivPassword", !ReferenceEquals(old?.V3PrivPasswordSealed, row.V3PrivPasswordSealed), old?.V3PrivPasswordSealed is not null, row.V3PrivPasswordSealed is not null)
        .Add("v3Context", old?.V3Context, row.V3Context).Add("location", old?.Location, row.Location).Add("site", old?.Site, row.Site).Add("functions", old?.Functions, row.Functions)
        .Add("colorCapable", old?.ColorCapable, row.ColorCapable).Add("profile", old?.Profile, row.Profile).Add("inventorySeconds", old?.InventorySeconds, row.InventorySeconds);

    /// <summary>People are told by id.</summary>
    public static AuditValues Of(ProjectState? before, ProjectState after) => new AuditValues()
        .Add("code", before?.Row.Code, after.Row.Code).Add("name", before?.Row.Name, after.Row.Name)
        .Add("parent", Id("project", before?.Row.ParentId), Id("project", after.Row.ParentId))
        .Add("users", before is null ? null : List(before.Users.Select(u => Id("person", u.PersonId)!)), List(after.Users.Select(u => Id("person", u.PersonId)!)))
        .Add("groups", before is null ? null : List(before.Groups.Select(g => g.GroupName)), List(after.Groups.Select(g => g.GroupName)));

    private static string CardId(CardRow card) => Id("card", card.Id)!;

    private static string? Id(string kind, long? id) => id is { } known ? FormattableString.Invariant($"{kind}:{known}") : null;

    private static string? List(IEnumerable<string> values) => string.Join(';', values) is { Length: > 0 } text ? text : null;
}
