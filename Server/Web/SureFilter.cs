using Microsoft.AspNetCore.Mvc.Filters;

namespace CopyTrack.Server.Web;

/// <summary>
/// Asks before what can't be undone, with and without script: a form that carries a question in its field <c>ask</c> is shown it on a page, and goes on from there with <c>sure</c>.
/// It guards against a slip of the hand and nobody else; who may do what is decided elsewhere.
/// </summary>
internal sealed class SureFilter : IAsyncPageFilter
{
    /// <summary>Field of a form that holds the question, in the language of whoever sees it.</summary>
    public const string Question = "ask";

    /// <summary>Field that says yes.</summary>
    public const string Answer = "sure";

    private const int LongestQuestion = 500;

    public static readonly SureFilter Instance = new();

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        HttpRequest request = context.HttpContext.Request;
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType || request.Form.ContainsKey(Answer) || request.Form[Question].ToString() is not { Length: > 0 and <= LongestQuestion } question)
        {
            return next();
        }

        context.Result = WaitingForm.Ask(context, "_Sure", StatusCodes.Status200OK, new SurePrompt(WaitingForm.Of(request, Question), question));
        return Task.CompletedTask;
    }
}
