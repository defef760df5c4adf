using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using CopyTrack.Accounting.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CopyTrack.Agent.Page;

/// <summary>The agent's own web page: small, rendered here, without script. Deny by default: each path says which roles it is for.</summary>
public sealed class AgentPage : IAsyncDisposable
{
    private const string Cookie = "copytrack-agent", LanguageCookie = "copytrack-agent-language";
    private const int MostForm = 64 * 1024;
    private const string Policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    private static readonly byte[] s_css = Css();

    private readonly AgentPageSettings _settings;
    private readonly AgentMemory _memory;
    private readonly IAgentControl _control;
    private readonly PageSessions _sessions;
    private readonly WebApplication _app;

    private AgentPage(AgentPageSettings settings, AgentMemory memory, IAgentControl control, TimeProvider time)
    {
        (_settings, _memory, _control) = (settings, memory, control);
        _sessions = new PageSessions(settings, time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostForm;
            kestrel.Limits.MaxConcurrentConnections = 100;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(IPAddress.Parse(settings.Listen), settings.Port, listen =>
            {
                if (settings.Https)
                {
                    listen.UseHttps(PageCertificate.Load(settings, control.Settings.State, time.GetUtcNow()));
                }
            });
        });
        _app = builder.Build();
        _app.Run(async context =>
        {
            await AnswerAsync(context);
            // A page takes more memory to make than an agent to wait.
            _memory.Rested();
        });
    }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; private set; }

    /// <summary>Listens from now on. Throws <see cref="AgentException"/> when port or certificate can't be used.</summary>
    public static async Task<AgentPage> StartAsync(AgentPageSettings settings, AgentMemory memory, IAgentControl control, TimeProvider time, CancellationToken cancellationToken)
    {
        var page = new AgentPage(settings, memory, control, time);
        try
        {
            await page._app.StartAsync(cancellationToken);
            page.Port = new Uri(page._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
            return page;
        }
        catch (IOException e)
        {
            await page.DisposeAsync();
            throw new AgentException($"page: port: {settings.Port} can't be listened on: {e.Message}", e);
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _sessions.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        var account = _sessions.Find(context.Request.Cookies[Cookie]);
        var (method, path) = (context.Request.Method, context.Request.Path.Value ?? "/");
        if (method == HttpMethods.Post && !IsOwn(context.Request))
        {
            // A form of another site that the browser of somebody who is signed in sends.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var all = account is not null;
        var w = PageWords.Of(context.Request.Cookies[LanguageCookie], context.Request.Headers.AcceptLanguage.ToString());
        var views = new PageViews(w);
        var (dealers, administrators) = (account?.Role is AgentAccount.Administrator or AgentAccount.Dealer, account?.Role is AgentAccount.Administrator);
        await ((method, path) switch
        {
            ("GET", "/page.css") => BytesAsync(context, s_css, "text/css; charset=utf-8"),
            ("POST", "/language") => LanguageAsync(context),
            ("GET", "/sign-in") => ShowAsync(context, views, w["Sign in"], views.SignIn(null), null),
            ("POST", "/sign-in") => SignInAsync(context, w, views),
            _ when !all => RedirectAsync(context, "/sign-in"),
            ("POST", "/sign-out") => SignOutAsync(context),
            ("GET", "/") => ShowAsync(context, views, w["Devices"], views.Devices(_memory.Devices, _control.Agent?.Addresses ?? new Dictionary<string, string>(), _control.Health?.SharedSerials ?? []), account),
            ("GET", "/device") when _memory.Find(context.Request.Query["key"].ToString()) is { } device => ShowAsync(context, views, device.Report?.Identity.Model ?? device.Key, views.Device(device), account),
            ("GET", "/sent") when dealers => ShowAsync(context, views, w["Sent and waiting"], views.Sent(_memory, _control, administrators, null), account),
            ("GET", "/settings") when dealers => ShowAsync(context, views, w["Settings"], WithUpdates(views, views.Settings(_control, administrators, null), administrators), account),
            ("POST", "/settings") when administrators => ChangeAsync(context, w, views, account!),
            ("POST", "/update") when administrators => UpdateAsync(context, w, views, account!),
            ("POST", "/acknowledge") when administrators => AcknowledgeAsync(context, w, views, account!),
            ("POST", "/read-now") when administrators => ReadNowAsync(context, w, views, account!),
            (_, "/sent" or "/settings" or "/read-now" or "/update" or "/acknowledge") => ShowAsync(context, views, w["Not allowed"], PageViews.Said(w["Your role does not include this page."]), account, StatusCodes.Status403Forbidden),
            _ => ShowAsync(context, views, w["Not there"], PageViews.Said(w["There is no such page."]), account, StatusCodes.Status404NotFound),
        });
    }

    /// <summary>Keeps the language that somebody chose, and leads back to where they were on this page.</summary>
    private async Task LanguageAsync(HttpContext context)
    {
        var form = await FormAsync(context);
        context.Response.Cookies.Append(LanguageCookie, form["to"] == "de" ? "de" : "en", new CookieOptions { HttpOnly = true, Secure = _settings.Https, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = TimeSpan.FromDays(365) });
        await RedirectAsync(context, Uri.TryCreate(context.Request.Headers.Referer.ToString(), UriKind.Absolute, out var from) && from.Authority == context.Request.Host.Value && from.PathAndQuery.StartsWith('/') && !from.PathAndQuery.StartsWith("//", StringComparison.Ordinal) ? from.PathAndQuery : "/");
    }

    private static bool IsOwn(HttpRequest request) =>
        request.Headers.Origin.ToString() is var origin && (origin.Length == 0 ? request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none" : Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value);

    private async Task SignInAsync(HttpContext context, PageWords w, PageViews views)
    {
        var form = await FormAsync(context);
        var (token, wait) = await _sessions.SignInAsync(form["name"].ToString(), form["password"].ToString(), context.RequestAborted);
        if (token is null)
        {
            await ShowAsync(context, views, w["Sign in"], views.SignIn(wait ? w["Too many wrong passwords. Wait five minutes and try again."] : w["Name or password is wrong."]), null, wait ? StatusCodes.Status429TooManyRequests : StatusCodes.Status401Unauthorized);
            return;
        }

        context.Response.Cookies.Append(Cookie, token, new CookieOptions { HttpOnly = true, Secure = _settings.Https, SameSite = SameSiteMode.Strict, Path = "/" });
        await RedirectAsync(context, "/");
    }

    private Task SignOutAsync(HttpContext context)
    {
        _sessions.End(context.Request.Cookies[Cookie]);
        context.Response.Cookies.Delete(Cookie);
        return RedirectAsync(context, "/sign-in");
    }

    private async Task ChangeAsync(HttpContext context, PageWords w, PageViews views, AgentAccount account)
    {
        var form = await FormAsync(context);
        var fault = Seconds("counterSeconds") is { } counters && Seconds("inventorySeconds") is { } inventory
            ? _control.Change(new AgentOverrides(
                [.. form["ranges"].ToString().Split(['\n', '\r', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)], counters, inventory, form["hideAddresses"] == "yes", form["allowRequests"] == "yes"))
            : "seconds must be numbers";
        _memory.Told(fault is null ? $"{account.Name} changed the settings on the page" : $"{account.Name} tried settings that can't be: {fault}");
        var told = fault is null ? w["Kept. The agent begins anew with these settings."] : w["Not kept: {0}.", fault];
        await ShowAsync(context, views, w["Settings"], WithUpdates(views, views.Settings(_control, true, told), true), account, fault is null ? 200 : 422);

        int? Seconds(string name) => int.TryParse(form[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
    }

    private Task ReadNowAsync(HttpContext context, PageWords w, PageViews views, AgentAccount account)
    {
        _control.Agent?.ReadNow();
        _memory.Told($"{account.Name} had all devices read");
        return ShowAsync(context, views, w["Settings"], WithUpdates(views, views.Settings(_control, true, w["All devices are being read."]), true), account);
    }

    private async Task UpdateAsync(HttpContext context, PageWords w, PageViews views, AgentAccount account)
    {
        var version = (await FormAsync(context))["version"].ToString();
        var taken = version.Length <= 32 && _control.AcceptUpdate(version);
        if (taken)
        {
            _memory.Told($"{account.Name} has version {version} installed");
        }

        var told = taken ? w["Version {0} is fetched and tried; the agent begins anew with it.", version] : w["That version does not wait any more."];
        await ShowAsync(context, views, w["Settings"], WithUpdates(views, views.Settings(_control, true, told), true), account, taken ? 200 : 409);
    }

    private async Task AcknowledgeAsync(HttpContext context, PageWords w, PageViews views, AgentAccount account)
    {
        var (told, status) = (w["Choose a file first."], StatusCodes.Status422UnprocessableEntity);
        if ((await FormAsync(context)).Files is [var file])
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content, context.RequestAborted);
            try
            {
                var ended = _control.Acknowledge(content.ToArray());
                _memory.Told($"{account.Name} brought an acknowledgement, which ended {ended} messages");
                (told, status) = (w["{0} messages are acknowledged.", w.Number(ended)], StatusCodes.Status200OK);
            }
            catch (FleetFormatException e)
            {
                _memory.Told($"{account.Name} brought an acknowledgement that is not taken: {e.Message}");
                told = w["Not taken: {0}.", e.Message];
            }
        }

        await ShowAsync(context, views, w["Sent and waiting"], views.Sent(_memory, _control, true, told), account, status);
    }

    private PageHtml WithUpdates(PageViews views, PageHtml content, bool administrator) =>
        _control.Updates is { } standing ? content.Raw(views.Updates(standing, administrator).ToString()) : content;

    private static async Task<IFormCollection> FormAsync(HttpContext context)
    {
        try
        {
            return context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        }
        catch (InvalidDataException)
        {
            return FormCollection.Empty;
        }
    }

    private Task ShowAsync(HttpContext context, PageViews views, string title, PageHtml content, AgentAccount? account, int status = 200)
    {
        context.Response.StatusCode = status;
        return BytesAsync(context, System.Text.Encoding.UTF8.GetBytes(views.Page(title, content, account, _settings.Https, context.Request.Path.Value ?? "/")), "text/html; charset=utf-8");
    }

    private static Task RedirectAsync(HttpContext context, string to)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = to;
        return Task.CompletedTask;
    }

    private static async Task BytesAsync(HttpContext context, byte[] bytes, string type)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static byte[] Css()
    {
        using var stream = typeof(AgentPage).Assembly.GetManifestResourceStream("page.css")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
