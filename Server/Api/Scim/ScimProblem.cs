using System.Globalization;
using System.Text.Json.Nodes;

namespace CopyTrack.Server.Api.Scim;

/// <summary>A refused request as RFC 7644 §3.12 tells it.</summary>
internal sealed class ScimProblem(int status, string? kind, string detail) : Exception(detail)
{
    public const string Schema = "urn:ietf:params:scim:api:messages:2.0:Error";

    public int Status { get; } = status;

    public static ScimProblem BadFilter(string detail) => new(400, "invalidFilter", detail);

    public static ScimProblem BadPath(string detail) => new(400, "invalidPath", detail);

    public static ScimProblem BadValue(string detail) => new(400, "invalidValue", detail);

    public static ScimProblem BadSyntax(string detail) => new(400, "invalidSyntax", detail);

    public static ScimProblem Taken(string detail) => new(409, "uniqueness", detail);

    public static ScimProblem NotFound() => new(404, null, "there is no such resource that this token made or took over");

    public static ScimProblem Changed() => new(412, null, "the resource was changed since it was read: read it again");

    /// <summary>The document.</summary>
    public JsonObject Document()
    {
        var body = new JsonObject { ["schemas"] = new JsonArray(Schema), ["status"] = Status.ToString(CultureInfo.InvariantCulture), ["detail"] = Message };
        if (kind is not null)
        {
            body["scimType"] = kind;
        }

        return body;
    }
}
