using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CopyTrack.Server.Api;

/// <summary>The OpenAPI 3.1 document, built from the same table that routes the calls, so that neither can be ahead of the other.</summary>
internal static partial class OpenApiDocument
{
    /// <summary>The document as UTF-8 JSON.</summary>
    public static byte[] Build(IReadOnlyList<ApiEndpoint> endpoints)
    {
        JsonObject paths = [];
        foreach (IGrouping<string, ApiEndpoint> path in endpoints.GroupBy(e => e.Path))
        {
            JsonObject item = [];
            foreach (ApiEndpoint endpoint in path)
            {
                item[endpoint.Method.ToLowerInvariant()] = Operation(endpoint);
            }

            paths[path.Key] = item;
        }

        JsonObject document = new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "CopyTrack", ["version"] = "1", ["summary"] = "Copies, devices, people and reports" },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = ApiServices.Root }),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = OpenApiSchemas.All(),
            },
        };
        return System.Text.Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    private static JsonObject Operation(ApiEndpoint e)
    {
        JsonArray parameters = [];
        foreach (Match part in Part().Matches(e.Path))
        {
            parameters.Add(new JsonObject { ["name"] = part.Groups[1].Value, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } });
        }

        foreach (ApiParameter p in e.Parameters)
        {
            parameters.Add(new JsonObject { ["name"] = p.Name, ["in"] = "query", ["description"] = p.Text, ["schema"] = new JsonObject { ["type"] = p.Type } });
        }

        string good = e.Answer is null ? "204" : "200";
        JsonObject answer = new() { ["description"] = e.Answer is null ? "Done." : "The answer." };
        if (e.Answer is not null)
        {
            answer["content"] = Content(e.Answer switch { "EventStream" => "text/event-stream", "FleetAcknowledgementFile" => "application/octet-stream", _ => "application/json" }, e.Answer);
        }

        JsonObject operation = new()
        {
            ["summary"] = e.Summary,
            ["operationId"] = OperationId(e),
            ["parameters"] = parameters,
            ["responses"] = new JsonObject
            {
                [good] = answer,
                ["default"] = new JsonObject { ["description"] = "Refused: a problem document (RFC 9457).", ["content"] = Content("application/problem+json", "Problem") },
            },
        };
        if (e.Body is not null)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content("application/json", e.Body) };
        }

        if (e.Access is null)
        {
            operation["security"] = new JsonArray();
        }

        return operation;
    }

    private static JsonObject Content(string type, string schema) =>
        new() { [type] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/" + schema } } };

    private static string OperationId(ApiEndpoint e) => e.Method.ToLowerInvariant() + string.Concat(
        e.Path.Split(['/', '-'], StringSplitOptions.RemoveEmptyEntries).Select(p => p.Trim('{', '}')).Select(p => char.ToUpperInvariant(p[0]) + p[1..]));

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Part();
}
