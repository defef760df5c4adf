namespace CopyTrack.Server.Web;

/// <summary>The language that somebody reads reports in.</summary>
internal static class ReportLanguage
{
    /// <summary>Tag of the language of a request: what the browser likes best.</summary>
    public static string Of(HttpContext context) =>
        context.Request.GetTypedHeaders().AcceptLanguage is { Count: > 0 } asked && asked[0].Value.StartsWith("de", StringComparison.OrdinalIgnoreCase) ? "de" : "en";
}
