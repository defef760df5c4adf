using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>What went wrong, why, and what to do next, by status code.</summary>
internal sealed class ErrorModel : PageModel
{
    /// <summary>Status code of the answer.</summary>
    public int Code { get; private set; } = StatusCodes.Status404NotFound;

    /// <summary>Text in English, translated by the page.</summary>
    public string Title => Texts.Title;

    public string Cause => Texts.Cause;

    public string Next => Texts.Next;

    private (string Title, string Cause, string Next) Texts => Code switch
    {
        StatusCodes.Status400BadRequest => (Words.Key("That form can't be used any more"),
            Words.Key("It was open for too long, was sent from elsewhere, or lacks a value."), Words.Key("Go back, load the page again, and send it once more.")),
        StatusCodes.Status403Forbidden => (Words.Key("Not allowed"), Words.Key("Your role does not include this page."), Words.Key("Ask your administrator if you need it.")),
        StatusCodes.Status404NotFound => (Words.Key("Not found"), Words.Key("There is no such page, or what it showed has been removed."), Words.Key("Look for it in the menu.")),
        StatusCodes.Status405MethodNotAllowed => (Words.Key("Not possible here"), Words.Key("This page takes no such request."), Words.Key("Open it from the menu.")),
        StatusCodes.Status413PayloadTooLarge => (Words.Key("Too large"), Words.Key("What was sent is larger than this page takes."), Words.Key("Send a smaller file or less text.")),
        StatusCodes.Status414UriTooLong => (Words.Key("The address is too long"), Words.Key("The filters in the address have more letters than this page takes."), Words.Key("Filter for less at once, or shorten the texts of the filters.")),
        StatusCodes.Status429TooManyRequests => (Words.Key("Too many requests"), Words.Key("More was asked for at once than the server does for one person."), Words.Key("Wait a minute, then try again.")),
        StatusCodes.Status503ServiceUnavailable => (Words.Key("The storage is away"), Words.Key("The server can't reach its database, or its disk is full."),
            Words.Key("Nothing was half written. Try again in a minute; administrators find the cause in the server's log.")),
        >= 500 => (Words.Key("That went wrong"), Words.Key("The server met a fault that it did not expect."), Words.Key("Try again. If it stays so, tell your administrator the number below.")),
        _ => (Words.Key("That did not work"), Words.Key("The server can't do what was asked."), Words.Key("Go back and try again.")),
    };

    /// <summary>Shows the page with the status that it speaks of; of errors only.</summary>
    public void OnGet(int code)
    {
        Code = code is >= 400 and < 600 ? code : StatusCodes.Status404NotFound;
        Response.StatusCode = Code;
    }
}
