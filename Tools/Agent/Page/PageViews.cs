using System.Globalization;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Agent.Page;

/// <summary>The pages' content.</summary>
internal static class PageViews
{
    /// <summary>The whole page around a content.</summary>
    public static string Page(string title, PageHtml content, AgentAccount? account, bool https, string path)
    {
        var html = new PageHtml().Raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>").Text(title).Raw(" · CopyTrack agent</title><link rel=\"stylesheet\" href=\"/page.css\"></head><body>");
        if (!https)
        {
            html.Raw("<p class=\"warning\" role=\"alert\">This page is not encrypted: passwords can be read on the way. Set \"https\": true in the agent's settings.</p>");
        }

        html.Raw("<header><strong>CopyTrack agent</strong>");
        if (account is not null)
        {
            html.Raw("<nav aria-label=\"Main\">");
            foreach (var (to, name) in Links(account))
            {
                html.Raw("<a href=\"").Raw(to).Raw(to == path ? "\" aria-current=\"page\">" : "\">").Text(name).Raw("</a>");
            }

            html.Raw("</nav><span class=\"quiet\">").Text(account.Name).Raw("</span><form method=\"post\" action=\"/sign-out\"><button>Sign out</button></form>");
        }

        return html.Raw("</header><main><h1>").Text(title).Raw("</h1>").Raw(content.ToString()).Raw("</main></body></html>").ToString();
    }

    /// <summary>The form to sign in, with what was wrong.</summary>
    public static PageHtml SignIn(string? fault)
    {
        var html = new PageHtml().Raw("<section>");
        if (fault is not null)
        {
            html.Raw("<p class=\"bad\" role=\"alert\">").Text(fault).Raw("</p>");
        }

        return html.Raw("<form method=\"post\" action=\"/sign-in\"><label>Name <input name=\"name\" autocomplete=\"username\" required maxlength=\"64\" autofocus></label><label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\" required maxlength=\"256\"></label><button>Sign in</button></form></section>");
    }

    /// <summary>All devices.</summary>
    public static PageHtml Devices(IReadOnlyList<SeenDevice> devices, IReadOnlyDictionary<string, string> addresses)
    {
        var html = new PageHtml().Raw("<section>");
        if (devices.Count == 0)
        {
            return html.Raw("<p class=\"quiet\">No device has been read since the agent began. The first round takes some minutes.</p></section>");
        }

        html.Raw("<table><thead><tr><th>Device</th><th>Serial number</th><th>Address</th><th>Status</th><th>Lowest supply</th><th class=\"n\">Pages</th><th>Last read</th></tr></thead><tbody>");
        foreach (var device in devices)
        {
            var low = device.Report?.Supplies.Where(s => s.Percent is not null && !s.Kind.StartsWith("waste", StringComparison.Ordinal)).MinBy(s => s.Percent);
            html.Raw("<tr><td><a href=\"/device?key=").Text(device.Key).Raw("\">").Text(device.Report?.Identity.Model ?? device.Key).Raw("</a></td>")
                .Cell(device.Report?.Identity.Serial ?? device.Last?.Serial).Cell(addresses.GetValueOrDefault(device.Key))
                .Cell(device.Silent ?? device.Report?.Status.Summary).Cell(low is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{low.Color} {low.Kind} {low.Percent} %"))
                .Cell(PageHtml.Number(Total(device.Last)), number: true).Cell(PageHtml.Time(device.SeenAt)).Raw("</tr>");
        }

        return html.Raw("</tbody></table></section>");
    }

    /// <summary>One device.</summary>
    public static PageHtml Device(SeenDevice device)
    {
        var html = new PageHtml();
        if (device.Report is { } report)
        {
            html.Raw("<section><dl>").Term("Maker", report.Identity.Maker).Term("Serial number", report.Identity.Serial).Term("Location", report.Identity.Location).Term("Firmware", report.Identity.Firmware)
                .Term("Status", report.Status.Summary).Term("Errors", report.Status.Errors.IsEmpty ? "none" : string.Join(", ", report.Status.Errors)).Raw("</dl></section>");
            Table(html, "Supplies", ["Supply", "Colour", "Level"], report.Supplies.Select(s => new[] { s.Description ?? s.Kind, s.Color ?? "", s.Percent is { } percent ? percent.ToString(CultureInfo.InvariantCulture) + " %" : s.LevelKind }));
            Table(html, "Trays", ["Tray", "Paper", "Level"], report.Trays.Select(t => new[] { t.Name ?? t.Index, t.Media ?? "", t.Level?.ToString(CultureInfo.InvariantCulture) ?? t.LevelKind }));
            Table(html, "Alerts", ["Alert", "Severity"], report.Alerts.Select(a => new[] { a.Description, a.Severity }));
        }

        if (device.Last is { } last)
        {
            Table(html, "Counters", ["Counter", "Count"], last.Set.Counters.Select(c => new[] { Name(c.Key), PageHtml.Number(c.Index < last.Values.Length ? last.Values[c.Index] : null) ?? "not told" }));
            Table(html, "Last readings", ["Read at", "Pages"], device.Readings.Select(r => new[] { PageHtml.Time(r.At), PageHtml.Number(Total(r)) ?? "not told" }));
        }

        return html;
    }

    /// <summary>What was sent and what waits.</summary>
    public static PageHtml Sent(AgentMemory memory, FleetAgent? agent, AgentSettings settings)
    {
        var first = agent?.FirstWaiting;
        var html = new PageHtml().Raw("<section><dl>").Term("Manager", settings.Manager.Host).Term("Way", settings.Mail is { } mail ? $"mail to {mail.To}" : settings.Manager.Scheme)
            .Term("Agent's id", agent?.Id).Term("Messages that wait", agent?.Waiting.ToString(CultureInfo.InvariantCulture)).Term("Acknowledged since the start", PageHtml.Number(agent?.Delivered))
            .Term("Sent since the start", agent is null ? null : PageHtml.Number(agent.BytesSent) + " bytes").Raw("</dl></section>");
        Table(html, "Last messages", ["Number", "Made", "Devices", "State"], memory.Messages.Select(m => new[]
        {
            m.Sequence.ToString(CultureInfo.InvariantCulture), PageHtml.Time(m.Created), m.Devices.ToString(CultureInfo.InvariantCulture), first is { } held && m.Sequence >= held ? "waits" : "done",
        }));
        Table(html, "What the agent told", ["Line"], memory.Lines.Select(l => new[] { l }));
        return html;
    }

    /// <summary>The settings; a form for administrators.</summary>
    public static PageHtml Settings(AgentSettings settings, bool mayChange, string? told)
    {
        var html = new PageHtml();
        if (told is not null)
        {
            html.Raw("<section role=\"status\">").Text(told).Raw("</section>");
        }

        html.Raw("<section><dl>").Term("Manager", settings.Manager.ToString()).Term("SNMP", $"version {settings.SnmpVersion}, port {settings.Port}" + (settings.User is null ? "" : ", and a user of version 3")).Term("Queue", $"{settings.QueueMegabytes} MB").Raw("</dl></section>");
        if (!mayChange)
        {
            return html.Raw("<section><dl>").Term("Ranges", string.Join(", ", settings.Ranges)).Term("Seconds between reads", settings.CounterSeconds.ToString(CultureInfo.InvariantCulture))
                .Term("Seconds between looks at supplies", settings.InventorySeconds.ToString(CultureInfo.InvariantCulture)).Term("Addresses are hidden from the manager", Word(settings.HideAddresses)).Term("The manager may ask for reads", Word(settings.AllowRequests)).Raw("</dl></section>");
        }

        html.Raw("<section><form method=\"post\" action=\"/settings\"><label>Ranges, one on each line <textarea name=\"ranges\" rows=\"4\" maxlength=\"20000\">").Text(string.Join('\n', settings.Ranges)).Raw("</textarea></label>");
        Input("counterSeconds", "Seconds between reads", settings.CounterSeconds);
        Input("inventorySeconds", "Seconds between looks at supplies", settings.InventorySeconds);
        Check("hideAddresses", "Hide addresses and host names from the manager", settings.HideAddresses);
        Check("allowRequests", "The manager may ask for reads and other intervals", settings.AllowRequests);
        return html.Raw("<button>Keep</button></form></section><section><form method=\"post\" action=\"/read-now\"><button>Read all devices now</button></form></section>");

        void Input(string name, string label, int value) => html.Raw("<label>").Text(label).Raw(" <input type=\"number\" min=\"1\" max=\"86400\" required name=\"").Raw(name).Raw("\" value=\"").Text(value.ToString(CultureInfo.InvariantCulture)).Raw("\"></label>");

        void Check(string name, string label, bool on) => html.Raw("<label class=\"check\"><input type=\"checkbox\" value=\"yes\" name=\"").Raw(name).Raw(on ? "\" checked> " : "\"> ").Text(label).Raw("</label>");
    }

    /// <summary>Pages by role, the first of which is where a sign-in leads.</summary>
    public static (string Path, string Name)[] Links(AgentAccount account) => account.Role == AgentAccount.Customer
        ? [("/", "Devices")] : [("/", "Devices"), ("/sent", "Sent and waiting"), ("/settings", "Settings")];

    private static string Word(bool on) => on ? "yes" : "no";

    private static string Name(CounterKey key) => string.Join(' ', new[] { key.Function.ToString(), key.Color == PageColor.Any ? "" : key.Color.ToString(), key.Size == PageSize.Any ? "" : key.Size.ToString(), key.Sides == PageSides.Any ? "" : key.Sides.ToString(), key.Unit.ToString() }.Where(t => t.Length > 0)).ToLowerInvariant();

    private static long? Total(MeterReading? reading) => reading?.Set.Counters.FirstOrDefault(c => c.Role == CounterRole.Total) is { } total && total.Index < reading.Values.Length ? reading.Values[total.Index] : null;

    private static void Table(PageHtml html, string title, string[] heads, IEnumerable<string[]> rows)
    {
        html.Raw("<section><h2>").Text(title).Raw("</h2><table><thead><tr>");
        foreach (var head in heads)
        {
            html.Raw("<th>").Text(head).Raw("</th>");
        }

        html.Raw("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Raw("<tr>");
            foreach (var cell in row)
            {
                html.Cell(cell);
            }

            html.Raw("</tr>");
        }

        html.Raw("</tbody></table></section>");
    }
}
