using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CopyTrack.Server.Api.Scim;

/// <summary>A request of a provisioning client that passed the gate.</summary>
internal sealed record ScimCall(HttpContext Context, ApiCaller Caller)
{
    private const int MaxBody = 1024 * 1024, MaxCount = 200;

    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>Where resources are, as the client sees it.</summary>
    public string Root => $"{Context.Request.Scheme}://{Context.Request.Host}{ScimServices.Root}";

    /// <summary>The id of the path; one that is none finds nothing.</summary>
    public long Id => long.TryParse(Context.Request.RouteValues["id"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw ScimProblem.NotFound();

    /// <summary>A parameter of the query; null when absent or empty.</summary>
    public string? Query(string name) => Context.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Which resource the page begins with, from 1, and how many it has at most (RFC 7644 §3.4.2.4).</summary>
    public (int Start, int Count) Window => (Math.Max(Number("startIndex", 1), 1), Math.Clamp(Number("count", 100), 0, MaxCount));

    /// <summary>The body. Throws <see cref="ScimProblem"/> for one that is too large, too deep or no object.</summary>
    public async Task<JsonObject> ReadAsync()
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        try
        {
            for (int n; (n = await Context.Request.Body.ReadAsync(chunk, Aborted)) > 0;)
            {
                buffer.Write(chunk, 0, n);
                if (buffer.Length > MaxBody)
                {
                    throw new ScimProblem(413, null, $"a body of more than {MaxBody} bytes");
                }
            }

            CheckTexts(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
            return JsonNode.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), default, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false }) as JsonObject
                ?? throw ScimProblem.BadSyntax("the body must be an object");
        }
        catch (JsonException)
        {
            throw ScimProblem.BadSyntax("the body is no JSON, is too deep or has a member twice");
        }
        catch (InvalidOperationException)
        {
            throw ScimProblem.BadSyntax("a text of the body contains half a character");
        }
        catch (BadHttpRequestException e)
        {
            throw new ScimProblem(e.StatusCode, null, "the body ended early or was larger than allowed");
        }
    }

    /// <summary>Throws <see cref="ScimProblem"/> when the request asks for another state than this (If-Match).</summary>
    public void Check(string version)
    {
        var wanted = Context.Request.Headers.IfMatch.ToString();
        if (wanted.Length > 0 && wanted != "*" && !wanted.Split(',').Any(v => v.Trim() == version))
        {
            throw ScimProblem.Changed();
        }
    }

    /// <summary>A resource with its tag; 304 when the client has it (If-None-Match).</summary>
    public IResult Show(JsonObject resource, int status = 200)
    {
        var version = resource["meta"]!["version"]!.GetValue<string>();
        Context.Response.Headers.ETag = version;
        if (status == 201)
        {
            Context.Response.Headers.Location = resource["meta"]!["location"]!.GetValue<string>();
        }

        return status == 200 && Context.Request.Method == "GET" && Context.Request.Headers.IfNoneMatch.ToString().Split(',').Any(v => v.Trim() == version)
            ? Results.StatusCode(304) : Answer(resource, status);
    }

    /// <summary>A page of a list.</summary>
    public static IResult List(IReadOnlyList<JsonObject> resources, long total, int start) => Answer(new JsonObject
    {
        ["schemas"] = new JsonArray(ScimSchemas.List), ["totalResults"] = total, ["startIndex"] = start, ["itemsPerPage"] = resources.Count, ["Resources"] = new JsonArray([.. resources]),
    });

    /// <summary>Any document.</summary>
    public static IResult Answer(JsonNode document, int status = 200) => Results.Text(document.ToJsonString(), "application/scim+json", System.Text.Encoding.UTF8, status);

    /// <summary>Nodes read their texts late; whatever is wrong in one is found here. Throws <see cref="InvalidOperationException"/> for half a character.</summary>
    private static void CheckTexts(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                _ = reader.GetString();
            }
        }
    }

    private int Number(string name, int fallback) => Query(name) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw ScimProblem.BadValue($"{name} is no number");
}
