namespace CopyTrack.Server.Api.Scim;

/// <summary>Names of schemas.</summary>
internal static class ScimSchemas
{
    public const string User = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string Group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    public const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    /// <summary>Ours: <c>principal</c>, and <c>cards</c>, which are taken and never shown.</summary>
    public const string Own = "urn:copytrack:params:scim:schemas:extension:2.0:User";
    public const string List = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    public const string Patch = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    /// <summary>True when attributes of that schema stand at the top of a resource.</summary>
    public static bool IsCore(string? urn) => urn is null || urn.Equals(User, StringComparison.OrdinalIgnoreCase) || urn.Equals(Group, StringComparison.OrdinalIgnoreCase);
}
