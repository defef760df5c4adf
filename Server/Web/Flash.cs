using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace CopyTrack.Server.Web;

/// <summary>A line that the next page shows once at its top: what came of a form that ended in a redirect.</summary>
internal static class Flash
{
    /// <summary>Name of the cookie that carries it, sealed.</summary>
    public const string Cookie = "__Host-copytrack-told";

    private const string Good = "flash.good", Bad = "flash.bad";

    /// <summary>Tells that something was done.</summary>
    public static void Tell(this PageModel page, string text) => page.TempData[Good] = text;

    /// <summary>Tells that something was not done, and why.</summary>
    public static void TellFault(this PageModel page, string text) => page.TempData[Bad] = text;

    /// <summary>What the page before left to show; each is shown once. Without its cookie nothing is looked at: looking sets one.</summary>
    public static (string? Done, string? Fault) Take(HttpContext context, ITempDataDictionary kept) =>
        context.Request.Cookies.ContainsKey(Cookie) ? (kept[Good] as string, kept[Bad] as string) : default;
}
