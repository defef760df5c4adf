using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Charging;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Panels;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Reports;
using CopyTrack.Terminal.Protocol.Messages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>The page on a device's own panel, without script: log in, choose a project, see month and credit, log out. Only a device with its secret, or a certificate of a terminal that stands at it, sees it.</summary>
[IgnoreAntiforgeryToken]
internal sealed class PanelModel(
    DeviceGate gate, EmbeddedPanels panels, PanelRepository rows, QuotaRepository quotas, IDeviceJournal journal, ReportOptions options, TimeProvider time) : PageModel
{
    private const int ShownProjects = 6, MostText = 256;

    public EmbeddedPanel Device { get; private set; } = null!;
    public PanelWords Words { get; private set; } = PanelWords.Of(null);
    public string How { get; private set; } = "card";
    public string? Told { get; private set; }
    public LoginResult? Session { get; private set; }
    public ProjectInfo? Project { get; private set; }
    public bool IsUnlocked { get; private set; }
    public IReadOnlyList<ProjectInfo> Projects { get; private set; } = [];
    public string Query { get; private set; } = "";
    public PanelMonth Month { get; private set; } = new();
    public string? Left { get; private set; }
    public bool IsAtProjects { get; private set; }

    /// <summary>True while the panel waits for a project.</summary>
    public bool MustChoose { get; private set; }

    /// <summary>Ways to log in that the server offers here.</summary>
    public IReadOnlyCollection<string> Methods => Device.Hello?.LoginMethods ?? [];

    /// <summary>Money in the device's language.</summary>
    public string Money(long micros) => (micros / 1_000_000m).ToString("0.00", Words.Culture) + " " + options.Currency;

    /// <summary>A count in the device's language.</summary>
    public string Count(long n) => n.ToString("N0", Words.Culture);

    /// <inheritdoc/>
    // What begins with "On" would else be a handler for requests of the method PAGE.
    [NonHandler]
    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        DeviceCaller caller;
        try
        {
            caller = await gate.AuthenticateAsync(HttpContext);
        }
        catch (DeviceRefused e)
        {
            Response.Headers.WWWAuthenticate = e.Status == 401 ? "Basic realm=\"CopyTrack panel\", charset=\"UTF-8\"" : default;
            Response.Headers.RetryAfter = e.RetryAfter is { } seconds ? seconds.ToString(CultureInfo.InvariantCulture) : default;
            context.Result = StatusCode(e.Status);
            return;
        }

        if (await panels.OfAsync(new PanelDevice(caller.DeviceId, caller.OrgId, caller.Name, caller.TerminalId), HttpContext.RequestAborted) is not { } device)
        {
            context.Result = StatusCode(403);
            return;
        }

        Device = device;
        var key = HttpMethods.IsPost(Request.Method) ? (string?)Request.Form["key"] : device.FormKey;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key ?? ""), Encoding.UTF8.GetBytes(device.FormKey)))
        {
            // An old page, or another site's: the page of now.
            context.Result = RedirectToPage();
            return;
        }

        await next();
    }

    public async Task OnGetAsync(string? how, string? at, string? find, CancellationToken cancellationToken)
    {
        How = how is "pin" or "password" && Methods.Contains(how) ? how : Methods.Contains("card") ? "card" : Methods.FirstOrDefault() ?? "card";
        await ShowAsync(at == "projects", find, cancellationToken);
    }

    public async Task<IActionResult> OnPostLoginAsync(string? how, string? card, string? pin, string? user, string? password, CancellationToken cancellationToken)
    {
        Credential? credential = how switch
        {
            "pin" when Good(pin) => new Credential.Pin(pin!),
            "password" when Good(user) && Good(password) => new Credential.Password(user!, password!),
            "card" when Good(card) && Good(pin) => new Credential.CardAndPin(card!, pin!),
            "card" when Good(card) => new Credential.Card(card!),
            _ => null,
        };
        Words = PanelWords.Of(Request.Headers.AcceptLanguage);
        if (credential is not null)
        {
            var (result, error) = await Device.AskAsync(panels.Server, new LoginRequest(credential, null), cancellationToken);
            Told = result is not null ? null : error is null ? Words.Busy : Words.Error(error.Code, error.Message);
        }

        How = how is "pin" or "password" ? how : "card";
        if (Told is null && credential is not null)
        {
            return RedirectToPage();
        }

        await ShowAsync(false, null, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostProjectAsync(string? project, CancellationToken cancellationToken)
    {
        if (Device.State.Session is { } session && Good(project))
        {
            var (result, error) = await Device.AskAsync(panels.Server, new ProjectRequest(session.Session, project!), cancellationToken);
            Words = PanelWords.Of(session.User.Language ?? Request.Headers.AcceptLanguage);
            if (result is null)
            {
                Told = error is null ? Words.Busy : Words.Error(error.Code, error.Message);
                await ShowAsync(true, null, cancellationToken);
                return Page();
            }
        }

        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostLogoutAsync(CancellationToken cancellationToken)
    {
        if (Device.State.Session is { } session)
        {
            await Device.AskAsync(panels.Server, new LogoutRequest(session.Session, "user"), cancellationToken);
        }

        return RedirectToPage();
    }

    private static bool Good(string? text) => text is { Length: > 0 and <= MostText };

    private async Task ShowAsync(bool atProjects, string? find, CancellationToken cancellationToken)
    {
        (Session, Project, IsUnlocked) = Device.State;
        Words = PanelWords.Of(Session?.User.Language ?? Request.Headers.AcceptLanguage);
        if (Session is not { } session)
        {
            return;
        }

        MustChoose = session.Projects.Required && Project is null && !IsUnlocked;
        IsAtProjects = atProjects || MustChoose;
        if (IsAtProjects)
        {
            Query = find is { Length: <= MostText } ? find : "";
            Projects = Query.Length == 0 && session.Projects.Recent is { Length: > 0 } recent ? recent
                : await Device.AskAsync(panels.Server, new ProjectsRequest(session.Session, Query, ShownProjects), cancellationToken) is (ProjectsResult found, _) ? found.Projects : [];
            return;
        }

        await MoneyAsync(session, cancellationToken);
    }

    private async Task MoneyAsync(LoginResult session, CancellationToken cancellationToken)
    {
        if ((await journal.ReadAsync(Device.DeviceId, cancellationToken))?.Open is not { } open || open.Record.Id.ToString(CultureInfo.InvariantCulture) != session.Session)
        {
            return;
        }

        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime);
        Month = await rows.MonthAsync(OrganisationRepository.DefaultId, open.Record.PersonId, today, cancellationToken);
        var limit = await quotas.FindAsync(OrganisationRepository.DefaultId, QuotaKind.Person, open.Record.PersonId.ToString(CultureInfo.InvariantCulture), today, cancellationToken);
        // What the session has set aside is the person's own to spend.
        Left = limit?.Use.Left is { } left ? Money(left + Math.Max(0, (open.CreditMicros ?? 0) - open.SpentMicros)) : null;
    }
}
