using System.Net;
using System.Text.RegularExpressions;

namespace CopyTrack.Server.Tests.Web;

/// <summary>
/// A browser without script: keeps cookies of the one host (Secure ones too, though the tests' port is plain), fills forms with their token, follows redirects.
/// </summary>
internal sealed class Browser(Uri address) : IDisposable
{
    private readonly HttpClient client = new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };

    /// <summary>Cookies by name.</summary>
    public Dictionary<string, string> Cookies { get; init; } = [];

    /// <summary>Set-Cookie lines of the last answer and of the redirects that led to it.</summary>
    public List<string> Set { get; } = [];

    /// <summary>A second browser with the same cookies.</summary>
    public Browser Copy() => new(address) { Cookies = new(Cookies) };

    /// <summary>One request, no redirect followed.</summary>
    public async Task<Shown> OnceAsync(HttpMethod method, string path, Dictionary<string, string>? form = null)
    {
        using HttpRequestMessage request = new(method, path);
        if (Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        }

        request.Content = form is null ? null : new FormUrlEncodedContent(form);
        using HttpResponseMessage response = await client.SendAsync(request);
        foreach (string line in response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? lines) ? lines : [])
        {
            Set.Add(line);
            Match cookie = Regex.Match(line, "^([^=]+)=([^;]*)");
            if (cookie.Groups[2].Value.Length == 0)
            {
                Cookies.Remove(cookie.Groups[1].Value);
            }
            else
            {
                Cookies[cookie.Groups[1].Value] = cookie.Groups[2].Value;
            }
        }

        string text = WebUtility.HtmlDecode(Plain(await response.Content.ReadAsStringAsync()));
        return new Shown(response.StatusCode, path, text, response.Headers.Location?.OriginalString, string.Join(' ', response.Headers.TryGetValues("Content-Security-Policy", out IEnumerable<string>? policy) ? policy : []));
    }

    /// <summary>A page, redirects followed.</summary>
    public async Task<Shown> GetAsync(string path)
    {
        Set.Clear();
        return await FollowAsync(await OnceAsync(HttpMethod.Get, path));
    }

    /// <summary>Opens the page (or <paramref name="from"/>, where the form stands), fills its form and sends it; redirects followed. <paramref name="handler"/> names one of several forms.</summary>
    public async Task<Shown> PostAsync(string path, Dictionary<string, string> form, string? handler = null, string? from = null)
    {
        Shown page = await OnceAsync(HttpMethod.Get, from ?? path);
        form["__RequestVerificationToken"] = Regex.Match(page.Text, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
        Set.Clear();
        return await FollowAsync(await OnceAsync(HttpMethod.Post, handler is null ? path : $"{path}?handler={handler}", form));
    }

    public void Dispose() => client.Dispose();

    private async Task<Shown> FollowAsync(Shown shown)
    {
        for (int i = 0; i < 5 && shown.Location is { } next; i++)
        {
            shown = await OnceAsync(HttpMethod.Get, next);
        }

        return shown;
    }

    /// <summary>Without what tables carry for phones and screen readers alone, and with blanks that break: tests say what people read.</summary>
    private static string Plain(string html) => Regex.Replace(html, " role=\"(table|rowgroup|row|cell|columnheader)\"| data-th=\"[^\"]*\"", "").Replace("&#xA0;", " ", StringComparison.Ordinal).Replace('\u00a0', ' ');
}

/// <summary>What a browser shows: status, the path that it stands at, the text, and where it is led to.</summary>
internal sealed record Shown(HttpStatusCode Status, string Path, string Text, string? Location, string Policy);
