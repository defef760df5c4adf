using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using StringWithQualityHeaderValue = Microsoft.Net.Http.Headers.StringWithQualityHeaderValue;

namespace CopyTrack.Server.Web.Language;

/// <summary>Which language a request is answered in, and the switch at the foot of each page.</summary>
internal static class RequestLanguage
{
    /// <summary>Name of the cookie of the switch.</summary>
    public const string Cookie = "__Host-copytrack-language";

    /// <summary>What there is, by tag.</summary>
    public static readonly string[] All = ["en", "de"];

    private const int LongestHeader = 256;

    /// <summary>The tag to answer in.</summary>
    public static string Of(HttpContext? context) => context is null ? All[0]
        : Known(context.Request.Cookies[Cookie]) ?? Known(WebSession.Of(context)?.Stored.Language) ?? Asked(context.Request) ?? All[0];

    /// <summary><c>POST /Language</c>: keeps the choice for a year and goes back to the page.</summary>
    public static async Task ChooseAsync(HttpContext context)
    {
        if (!await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (Known(form["language"]) is { } chosen)
        {
            context.Response.Cookies.Append(Cookie, chosen, new CookieOptions { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = TimeSpan.FromDays(365), IsEssential = true });
        }

        context.Response.Redirect(LocalPath.Of(form["returnUrl"]));
    }

    private static string? Asked(HttpRequest request)
    {
        string? header = request.Headers.AcceptLanguage;
        return header is { Length: > 0 and <= LongestHeader } && StringWithQualityHeaderValue.TryParseList([header], out IList<StringWithQualityHeaderValue>? tags)
            ? tags.Where(t => t.Quality is not 0).OrderByDescending(t => t.Quality ?? 1).Select(t => Known(t.Value.Value)).FirstOrDefault(t => t is not null)
            : null;
    }

    private static string? Known(string? tag) => tag is null ? null : Array.Find(All, a => tag.Equals(a, StringComparison.OrdinalIgnoreCase) || tag.StartsWith(a + "-", StringComparison.OrdinalIgnoreCase));
}
