using System.Text.Json;
using System.Text.Json.Nodes;

namespace CopyTrack.Server.Api.Scim;

/// <summary>One operation of a change.</summary>
/// <param name="Kind"><c>add</c>, <c>replace</c> or <c>remove</c>.</param>
/// <param name="Path">Where; null for the resource itself.</param>
/// <param name="Which">Which values of a multi-valued attribute; null for all.</param>
/// <param name="Value">What.</param>
internal sealed record ScimOperation(string Kind, ScimPath? Path, ScimFilter? Which, JsonNode? Value);

/// <summary>Changes of resources (RFC 7644 §3.5.2). Pure.</summary>
internal static class ScimPatch
{
    private const int MaxOperations = 1000;

    /// <summary>The operations of a body. Throws <see cref="ScimProblem"/>.</summary>
    public static IReadOnlyList<ScimOperation> Read(JsonObject body)
    {
        if (ScimPath.Member(body, "Operations") is not JsonArray { Count: > 0 and <= MaxOperations } list)
        {
            throw ScimProblem.BadSyntax($"'Operations' must be a list of 1 to {MaxOperations}");
        }

        return [.. list.Select(One)];
    }

    /// <summary>Applies operations to a resource. Throws <see cref="ScimProblem"/>.</summary>
    public static void Apply(JsonObject resource, IEnumerable<ScimOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (operation.Path is { } path)
            {
                At(resource, operation, path);
                continue;
            }

            foreach (var (name, value) in operation.Value as JsonObject ?? throw ScimProblem.BadValue("without a path the value must be an object"))
            {
                // Some clients write paths as names of members.
                if (ScimPath.Member(resource, name) is JsonObject extension && value is JsonObject parts)
                {
                    foreach (var (part, inner) in parts)
                    {
                        Set(extension, part, inner);
                    }
                }
                else
                {
                    At(resource, operation with { Value = value }, name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) && value is JsonObject ? new ScimPath(name, null) : new ScimFilterParser(name).ChangePath().Path);
                }
            }
        }
    }

    private static ScimOperation One(JsonNode? node)
    {
        var operation = node as JsonObject ?? throw ScimProblem.BadSyntax("an operation must be an object");
        if (Text(ScimPath.Member(operation, "op"))?.ToLowerInvariant() is not { } kind || kind is not ("add" or "replace" or "remove"))
        {
            throw ScimProblem.BadSyntax("an operation is none of add, replace, remove");
        }

        var value = ScimPath.Member(operation, "value")?.DeepClone();
        var path = ScimPath.Member(operation, "path");
        if (path is not null && Text(path) is not { Length: > 0 })
        {
            throw ScimProblem.BadPath("a path must be a text");
        }

        if (path is null)
        {
            return kind == "remove" ? throw new ScimProblem(400, "noTarget", "remove needs a path") : new ScimOperation(kind, null, null, value);
        }

        var (at, which) = new ScimFilterParser(Text(path)!).ChangePath();
        return new ScimOperation(kind, at, which, value);
    }

    private static void At(JsonObject resource, ScimOperation operation, ScimPath path)
    {
        var from = resource;
        if (path.Urn is { } urn)
        {
            if (ScimPath.Member(resource, urn) is not JsonObject extension)
            {
                Set(resource, urn, extension = []);
            }

            from = extension;
        }

        var current = ScimPath.Member(from, path.Attribute);
        if (operation.Which is { } which)
        {
            Among(from, path, current as JsonArray, which, operation);
        }
        else if (path.Sub is { } sub && current is JsonArray { Count: > 0 } array)
        {
            // A part of a multi-valued attribute without a choice means its first value: all have one here.
            Part(array[0] as JsonObject ?? throw ScimProblem.BadPath("there is no such part"), sub, operation);
        }
        else if (path.Sub is { } part)
        {
            if (current is not JsonObject complex)
            {
                Set(from, path.Attribute, complex = []);
            }

            Part(complex, part, operation);
        }
        else if (operation.Kind == "add" && current is JsonArray present)
        {
            foreach (var value in operation.Value is JsonArray more ? [.. more] : new[] { operation.Value })
            {
                present.Add(value?.DeepClone());
            }
        }
        else
        {
            Set(from, path.Attribute, operation.Kind == "remove" ? null : operation.Value);
        }
    }

    private static void Among(JsonObject from, ScimPath path, JsonArray? values, ScimFilter which, ScimOperation operation)
    {
        var found = (values ?? []).OfType<JsonObject>().Where(which.Matches).ToList();
        if (found.Count == 0 && operation.Kind != "remove" && path.Sub is { } sub && which is ScimFilter.Compare { Operator: "eq" } shape)
        {
            // The value that is meant does not exist yet: it is made as it is described.
            if (values is null)
            {
                Set(from, path.Attribute, values = []);
            }

            values.Add(new JsonObject { [shape.Path.Attribute] = shape.Value?.DeepClone(), [sub] = operation.Value?.DeepClone() });
            return;
        }

        if (found.Count == 0 && operation.Kind == "replace")
        {
            throw new ScimProblem(400, "noTarget", "no value fits the path");
        }

        foreach (var value in found)
        {
            if (path.Sub is { } part)
            {
                Part(value, part, operation);
            }
            else if (operation.Kind == "remove")
            {
                values!.Remove(value);
            }
            else
            {
                values![values.IndexOf(value)] = operation.Value?.DeepClone();
            }
        }
    }

    private static void Part(JsonObject complex, string part, ScimOperation operation) => Set(complex, part, operation.Kind == "remove" ? null : operation.Value);

    private static void Set(JsonObject at, string name, JsonNode? value)
    {
        var known = at.FirstOrDefault(m => m.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Key;
        at[known ?? name] = value?.Parent is null ? value : value.DeepClone();
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
