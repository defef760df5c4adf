using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace CopyTrack.Server.Web;

/// <summary>A form that waits while something is asked first: where it goes, the page that it came from, and what was typed. It is kept in the page that asks, and sent on from there.</summary>
internal sealed record WaitingForm(string Address, string Back, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    private const string Token = "__RequestVerificationToken";

    /// <summary>The form of a request, without fields that belong to the asking.</summary>
    public static WaitingForm Of(HttpRequest request, params string[] without) => new(
        request.Path + request.QueryString,
        PageOf(request),
        [.. from field in request.Form where field.Key != Token && !without.Contains(field.Key) from value in field.Value select KeyValuePair.Create(field.Key, value ?? "")]);

    /// <summary>The page that a request belongs to, with its query but for the handler.</summary>
    public static string PageOf(HttpRequest request) =>
        request.Path + new QueryBuilder(request.Query.Where(q => !q.Key.Equals("handler", StringComparison.OrdinalIgnoreCase))).ToQueryString();

    /// <summary>The page that asks, in place of the handler's answer.</summary>
    public static ViewResult Ask<T>(PageHandlerExecutingContext context, string view, int status, T model)
    {
        return new ViewResult
        {
            ViewName = $"/Web/Pages/Shared/{view}.cshtml", StatusCode = status,
            ViewData = new ViewDataDictionary<T>(context.HttpContext.RequestServices.GetRequiredService<IModelMetadataProvider>(), context.ModelState) { Model = model },
        };
    }

    // A record's own text would show what was typed.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Address = ").Append(Address);
        return true;
    }
}

/// <summary>A form that waits until whoever sent it has shown their secret again: whether a code is asked for too, and what was wrong with the last try.</summary>
internal sealed record ProofPrompt(WaitingForm Form, bool AsksCode, Said? Fault);

/// <summary>A form that waits until whoever sent it is sure, with the question.</summary>
internal sealed record SurePrompt(WaitingForm Form, string Question);
