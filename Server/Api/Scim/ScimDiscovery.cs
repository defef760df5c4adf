using System.Text.Json.Nodes;

namespace CopyTrack.Server.Api.Scim;

/// <summary>What the service can do (RFC 7644 §4, RFC 7643 §5 to §7).</summary>
internal static class ScimDiscovery
{
    /// <summary>The configuration.</summary>
    public static JsonObject Config(string root) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"), ["patch"] = Supported(true),
        ["bulk"] = new JsonObject { ["supported"] = false, ["maxOperations"] = 0, ["maxPayloadSize"] = 0 }, ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = 200 },
        ["changePassword"] = Supported(false), ["sort"] = Supported(false), ["etag"] = Supported(true),
        ["authenticationSchemes"] = new JsonArray(new JsonObject
        {
            ["type"] = "oauthbearertoken", ["name"] = "Bearer token", ["description"] = "A token of role provisioner, made by 'copytrack token create --role provisioner'", ["primary"] = true,
        }),
        ["meta"] = new JsonObject { ["resourceType"] = "ServiceProviderConfig", ["location"] = root + "/ServiceProviderConfig" },
    };

    /// <summary>The kinds of resources.</summary>
    public static IReadOnlyList<JsonObject> ResourceTypes(string root) =>
    [
        Kind(root, "User", "/Users", ScimSchemas.User, new JsonArray(Extension(ScimSchemas.Enterprise), Extension(ScimSchemas.Own))), Kind(root, "Group", "/Groups", ScimSchemas.Group, []),
    ];

    /// <summary>The attributes that are kept; others are taken and passed over.</summary>
    public static IReadOnlyList<JsonObject> Schemas(string root) =>
    [
        Schema(root, ScimSchemas.User, "User", Attribute("userName", required: true, unique: true), Attribute("displayName"), Attribute("active", "boolean"), Attribute("preferredLanguage"), Attribute("externalId"),
            Complex("name", false, Attribute("formatted"), Attribute("givenName"), Attribute("familyName")), Complex("emails", true, Attribute("value"), Attribute("type"), Attribute("primary", "boolean")),
            Complex("groups", true, Attribute("value"), Attribute("display"))),
        Schema(root, ScimSchemas.Enterprise, "EnterpriseUser", Attribute("department"), Attribute("costCenter")),
        Schema(root, ScimSchemas.Own, "CopyTrackUser", Attribute("principal"), Attribute("cards", many: true, returned: "never")),
        Schema(root, ScimSchemas.Group, "Group", Attribute("displayName", required: true, unique: true), Attribute("externalId"), Complex("members", true, Attribute("value"), Attribute("display"))),
    ];

    private static JsonObject Supported(bool yes) => new() { ["supported"] = yes };

    private static JsonObject Extension(string schema) => new() { ["schema"] = schema, ["required"] = false };

    private static JsonObject Kind(string root, string name, string endpoint, string schema, JsonArray extensions) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ResourceType"), ["id"] = name, ["name"] = name, ["endpoint"] = endpoint, ["schema"] = schema, ["schemaExtensions"] = extensions,
        ["meta"] = new JsonObject { ["resourceType"] = "ResourceType", ["location"] = $"{root}/ResourceTypes/{name}" },
    };

    private static JsonObject Schema(string root, string id, string name, params JsonObject[] attributes) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Schema"), ["id"] = id, ["name"] = name, ["attributes"] = new JsonArray([.. attributes]),
        ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = $"{root}/Schemas/{id}" },
    };

    private static JsonObject Complex(string name, bool many, params JsonObject[] parts)
    {
        var attribute = Attribute(name, "complex", many: many);
        attribute["subAttributes"] = new JsonArray([.. parts]);
        return attribute;
    }

    private static JsonObject Attribute(string name, string type = "string", bool required = false, bool unique = false, bool many = false, string returned = "default") => new()
    {
        ["name"] = name, ["type"] = type, ["multiValued"] = many, ["required"] = required, ["caseExact"] = name is "externalId" or "value" or "principal",
        ["mutability"] = returned == "never" ? "writeOnly" : name == "groups" ? "readOnly" : "readWrite", ["returned"] = returned, ["uniqueness"] = unique ? "server" : "none",
    };
}
