using System.Text.Json;

namespace CopyTrack.Server.Api;

/// <summary>
/// A refused request as RFC 9457 tells it: the type names the kind of fault for programs, detail the cause, action what to do next. No member
/// carries a secret or the text of an exception from below.
/// </summary>
internal sealed class ApiProblem(int status, string kind, string title, string detail, string action) : Exception(detail)
{
    public int Status { get; } = status;

    public string Kind { get; } = kind;

    /// <summary>Seconds for a Retry-After header; null for none.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>WWW-Authenticate of a 401; null for that of bearer tokens.</summary>
    public string? Challenge { get; init; }

    public static ApiProblem BadRequest(string detail, string action) => new(400, "badRequest", "The request can't be taken", detail, action);

    public static ApiProblem NotFound(string what, string name) =>
        new(404, "notFound", "Not found", $"There is no {what} '{Shorten(name)}' that this token may see.", "Check the spelling and the token's scope.");

    public static ApiProblem Forbidden(string detail, string action) => new(403, "forbidden", "Not allowed", detail, action);

    public static ApiProblem Unauthorized() => new(401, "unauthorized", "No valid token",
        "The request carries no bearer token, or one that is unknown, revoked or expired.", "Send 'Authorization: Bearer TOKEN' with a token made by 'copytrack token create'.");

    public static ApiProblem TooMany(int seconds) => new(429, "tooManyRequests", "Too many requests",
        "This token or address sent more requests than the server takes from one.", "Wait for the time in Retry-After and send fewer at once.") { RetryAfter = seconds };

    /// <summary>Writes the problem document, unless the response has begun.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/problem+json";
        context.Response.Headers.CacheControl = "no-store";
        if (Status == 401)
        {
            context.Response.Headers.WWWAuthenticate = Challenge ?? "Bearer realm=\"copytrack\"";
        }

        if (RetryAfter is int seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        byte[] body = JsonSerializer.SerializeToUtf8Bytes(
            new { type = $"urn:copytrack:problem:{Kind}", title, status = Status, detail = Message, action, instance = context.Request.Path.Value }, ApiJson.Options);
        await context.Response.Body.WriteAsync(body, CancellationToken.None);
    }

    /// <summary>A name from outside as it may stand in an answer.</summary>
    public static string Shorten(string text) => text.Length <= 64 ? text : string.Concat(text.AsSpan(0, 64), "…");
}
