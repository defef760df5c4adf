using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api.Scim;

/// <summary>A person as a client wants it.</summary>
/// <param name="UserName">The user name.</param>
/// <param name="ExternalId">The client's own id.</param>
/// <param name="Row">The texts in a row whose id and times mean nothing.</param>
/// <param name="Active">Whether the account is in use.</param>
/// <param name="Cards">All cards that the client gives; null when it does not say.</param>
internal sealed record ScimUser(string UserName, string? ExternalId, PersonRow Row, bool Active, IReadOnlyList<string>? Cards);

/// <summary>People as SCIM shows and takes them (RFC 7643 §4.1, §4.3). Pure.</summary>
internal static class ScimUserJson
{
    /// <summary>The resource. Cards are never shown.</summary>
    public static JsonObject Of(ScimPerson person, string root)
    {
        var row = person.Row;
        var id = person.Row.Id.ToString(CultureInfo.InvariantCulture);
        var user = new JsonObject
        {
            ["schemas"] = new JsonArray(ScimSchemas.User, ScimSchemas.Enterprise, ScimSchemas.Own), ["id"] = id, ["externalId"] = person.Link.ExternalId, ["userName"] = row.UserName,
            ["displayName"] = row.DisplayName, ["active"] = row.DirectoryEnabled, ["preferredLanguage"] = row.Language,
            ["emails"] = row.Email is null ? null : new JsonArray(new JsonObject { ["value"] = row.Email, ["type"] = "work", ["primary"] = true }),
            ["groups"] = person.Groups.Count == 0 ? null : new JsonArray([.. person.Groups.Select(g => (JsonNode)new JsonObject { ["value"] = g.Id.ToString(CultureInfo.InvariantCulture), ["display"] = g.Name })]),
            [ScimSchemas.Enterprise] = new JsonObject { ["department"] = row.Department, ["costCenter"] = row.CostCentre }, [ScimSchemas.Own] = new JsonObject { ["principal"] = row.Principal },
            ["meta"] = new JsonObject
            {
                ["resourceType"] = "User", ["created"] = ReportJson.Rfc3339(person.Link.CreatedAt), ["lastModified"] = ReportJson.Rfc3339(row.UpdatedAt),
                ["version"] = Version(row.UpdatedAt), ["location"] = $"{root}/Users/{id}",
            },
        };
        foreach (var absent in user.Where(m => m.Value is null).Select(m => m.Key).ToList())
        {
            user.Remove(absent);
        }

        return user;
    }

    /// <summary>The weak entity tag of a state.</summary>
    public static string Version(DateTimeOffset updatedAt) => string.Create(CultureInfo.InvariantCulture, $"W/\"{updatedAt.ToMicros()}\"");

    /// <summary>What a resource says. Unknown attributes are passed over, as clients send many. Throws <see cref="ScimProblem"/>.</summary>
    public static ScimUser Read(JsonObject resource)
    {
        try
        {
            var name = Part(resource, null, "name");
            var whole = Text(name, "formatted") ?? string.Join(' ', new[] { Text(name, "givenName"), Text(name, "familyName") }.OfType<string>());
            var row = new PersonRow
            {
                Id = 0, OrgId = 0, UserName = InputRules.Name("userName", Text(resource, "userName")), UserFolded = "", CreatedAt = default, UpdatedAt = default,
                DisplayName = InputRules.Text("displayName", Text(resource, "displayName") ?? whole), Email = InputRules.Text("emails", Email(resource)),
                Department = InputRules.Text("department", Text(Part(resource, ScimSchemas.Enterprise, null), "department")),
                CostCentre = InputRules.Text("costCenter", Text(Part(resource, ScimSchemas.Enterprise, null), "costCenter")),
                Language = InputRules.Text("preferredLanguage", Text(resource, "preferredLanguage")), Principal = InputRules.Text("principal", Text(Part(resource, ScimSchemas.Own, null), "principal")),
            };
            return new ScimUser(row.UserName, InputRules.Text("externalId", Text(resource, "externalId")), row, Active(resource), Cards(Part(resource, ScimSchemas.Own, null)));
        }
        catch (InputFaultException fault)
        {
            throw ScimProblem.BadValue(fault.Message);
        }
    }

    private static JsonObject? Part(JsonObject resource, string? urn, string? name) => ScimPath.Member(resource, urn ?? name!) switch
    {
        null => null,
        JsonObject part => part,
        _ => throw ScimProblem.BadValue($"{name ?? urn} must be an object"),
    };

    private static string? Text(JsonObject? from, string name) => from is null ? null : ScimPath.Member(from, name) switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw ScimProblem.BadValue($"{name} must be a text"),
    };

    private static bool Active(JsonObject resource) => ScimPath.Member(resource, "active") switch
    {
        null => true,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        // Some clients write it as a text.
        JsonValue value when value.GetValueKind() == JsonValueKind.String && bool.TryParse(value.GetValue<string>(), out var said) => said,
        _ => throw ScimProblem.BadValue("active must be true or false"),
    };

    private static string? Email(JsonObject resource)
    {
        if (ScimPath.Member(resource, "emails") is not { } node)
        {
            return null;
        }

        var all = (node as JsonArray ?? throw ScimProblem.BadValue("emails must be a list")).Select(e => e as JsonObject ?? throw ScimProblem.BadValue("an e-mail must be an object")).ToList();
        return Text(all.Find(e => ScimPath.Member(e, "primary") is JsonValue value && value.GetValueKind() == JsonValueKind.True) ?? all.FirstOrDefault(), "value");
    }

    private static IReadOnlyList<string>? Cards(JsonObject? own) => own is null || ScimPath.Member(own, "cards") is not { } node ? null
        : [.. (node as JsonArray ?? throw ScimProblem.BadValue("cards must be a list")).Select(c =>
            c is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw ScimProblem.BadValue("a card must be a text"))];
}
