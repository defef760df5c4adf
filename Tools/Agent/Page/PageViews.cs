using System.Globalization;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Agent.Sending;
using CopyTrack.Agent.Updates;

namespace CopyTrack.Agent.Page;

/// <summary>The pages' content in one language.</summary>
internal sealed class PageViews(PageWords w)
{
    /// <summary>The whole page around a content.</summary>
    public string Page(string title, PageHtml content, AgentAccount? account, bool https, string path)
    {
        var html = new PageHtml().Raw("<!doctype html><html lang=\"").Raw(w.Language).Raw("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>").Text(title)
            .Raw(" · ").Text(w["CopyTrack agent"]).Raw("</title><link rel=\"stylesheet\" href=\"/page.css\"></head><body>");
        if (!https)
        {
            html.Raw("<p class=\"warning\" role=\"alert\">").Text(w["This page is not encrypted: passwords can be read on the way. Set \"https\": true in the agent's settings."]).Raw("</p>");
        }

        html.Raw("<header><strong>").Text(w["CopyTrack agent"]).Raw("</strong><nav aria-label=\"").Text(w["Main"]).Raw("\">");
        foreach (var (to, name) in account is null ? [] : Links(account))
        {
            html.Raw("<a href=\"").Raw(to).Raw(to == path ? "\" aria-current=\"page\">" : "\">").Text(name).Raw("</a>");
        }

        html.Raw("</nav><form method=\"post\" action=\"/language\"><button name=\"to\" value=\"").Raw(w.Language == "de" ? "en\" lang=\"en\">English" : "de\" lang=\"de\">Deutsch").Raw("</button></form>");
        if (account is not null)
        {
            html.Raw("<span class=\"quiet\">").Text(account.Name).Raw("</span><form method=\"post\" action=\"/sign-out\"><button>").Text(w["Sign out"]).Raw("</button></form>");
        }

        return html.Raw("</header><main><h1>").Text(title).Raw("</h1>").Raw(content.ToString()).Raw("</main></body></html>").ToString();
    }

    /// <summary>The form to sign in, with what was wrong.</summary>
    public PageHtml SignIn(string? fault)
    {
        var html = new PageHtml().Raw("<section>");
        if (fault is not null)
        {
            html.Raw("<p class=\"bad\" role=\"alert\">").Text(fault).Raw("</p>");
        }

        return html.Raw("<form method=\"post\" action=\"/sign-in\"><label>").Text(w["Name"]).Raw(" <input name=\"name\" autocomplete=\"username\" required maxlength=\"64\" autofocus></label><label>").Text(w["Password"])
            .Raw(" <input name=\"password\" type=\"password\" autocomplete=\"current-password\" required maxlength=\"256\"></label><button>").Text(w["Sign in"]).Raw("</button></form></section>");
    }

    /// <summary>One sentence.</summary>
    public static PageHtml Said(string text) => new PageHtml().Raw("<section>").Text(text).Raw("</section>");

    /// <summary>All devices.</summary>
    public PageHtml Devices(IReadOnlyList<SeenDevice> devices, IReadOnlyDictionary<string, string> addresses, IReadOnlyList<SharedSerial> shared)
    {
        if (devices.Count == 0)
        {
            return Said(w["No device has been read since the agent began. The first round takes some minutes."]);
        }

        var html = new PageHtml();
        foreach (var (serial, at) in shared)
        {
            html.Raw("<p class=\"warning\" role=\"alert\">").Text(w["The devices at {0} tell the same serial number {1}. All are read; only the first is known to the manager by that number. Set the number of the others right.", string.Join(", ", at), serial]).Raw("</p>");
        }

        html.Raw("<section>").Head([w["Device"], w["Serial number"], w["Address"], w["Status"], w["Lowest supply"], w["Pages"], w["Last read"]], number: 5);
        foreach (var device in devices)
        {
            var low = device.Report?.Supplies.Where(s => s.Percent is not null && !s.Kind.StartsWith("waste", StringComparison.Ordinal)).MinBy(s => s.Percent);
            html.Raw("<tr role=\"row\">").Begin(w["Device"]).Raw("<a href=\"/device?key=").Text(device.Key).Raw("\">").Text(device.Report?.Identity.Model ?? device.Key).Raw("</a></td>")
                .Cell(w["Serial number"], device.Report?.Identity.Serial ?? device.Last?.Serial).Cell(w["Address"], addresses.GetValueOrDefault(device.Key)).Cell(w["Status"], device.Silent ?? Word(device.Report?.Status.Summary)).Begin(w["Lowest supply"]);
            Level(html, low is null ? null : NameOf(low), low?.Percent);
            html.Raw("</td>").Cell(w["Pages"], w.Number(Total(device.Last)), number: true).Cell(w["Last read"], w.Time(device.SeenAt)).Raw("</tr>");
        }

        return html.Raw("</tbody></table></section>");
    }

    /// <summary>One device.</summary>
    public PageHtml Device(SeenDevice device)
    {
        var html = new PageHtml();
        if (device.Report is { } report)
        {
            html.Raw("<section><dl>").Term(w["Maker"], report.Identity.Maker).Term(w["Serial number"], report.Identity.Serial).Term(w["Location"], report.Identity.Location).Term(w["Firmware"], report.Identity.Firmware)
                .Term(w["Status"], Word(report.Status.Summary)).Term(w["Errors"], report.Status.Errors.IsEmpty ? w["none"] : string.Join(", ", report.Status.Errors.Select(Word))).Raw("</dl></section>");
            Supplies(html, report);
            html.Table(w["Trays"], [w["Tray"], w["Paper"], w["Level"]], report.Trays.Select(t => new[] { t.Name ?? t.Index, t.Media ?? "", w.Number(t.Level) ?? Word(t.LevelKind) }));
            html.Table(w["Alerts"], [w["Alert"], w["Severity"]], report.Alerts.Select(a => new[] { a.Description, Word(a.Severity) }));
        }

        if (device.Last is { } last)
        {
            PageChart.Add(html, w, w["Pages in the last readings"], [.. device.Readings.Reverse().Select(r => (r.At, Value: Total(r))).Where(r => r.Value is not null).Select(r => (r.At, r.Value!.Value))]);
            html.Table(w["Counters"], [w["Counter"], w["Unit"], w["Value"]], last.Set.Counters.Select(c => new[] { CounterWords.Name(w, c.Key), CounterWords.Unit(w, c.Key.Unit), w.Number(c.Index < last.Values.Length ? last.Values[c.Index] : null) ?? w["not told"] }));
            html.Table(w["Last readings"], [w["Read at"], w["Pages"]], device.Readings.Select(r => new[] { w.Time(r.At), w.Number(Total(r)) ?? w["not told"] }));
        }

        return html;
    }

    /// <summary>What was sent and what waits; where messages go by mail, an administrator may bring the manager's acknowledgement as a file.</summary>
    public PageHtml Sent(AgentMemory memory, IAgentControl control, bool mayBring, string? told)
    {
        var (agent, settings) = (control.Agent, control.Settings);
        var html = Told(told);
        foreach (var fault in control.Health?.Faults ?? [])
        {
            html.Raw("<p class=\"warning\" role=\"alert\">").Text(w["The disk of this machine takes nothing: {0}. Make room; the agent goes on by itself.", fault]).Raw("</p>");
        }

        html.Raw("<section><dl>").Term(w["Manager"], settings.Manager.Host).Term(w["Way"], settings.Mail is { } mail ? w["mail to {0}", mail.To] : settings.Manager.Scheme)
            .Term(w["Agent's id"], agent?.Id).Term(w["Messages that wait"], w.Number(agent?.Waiting)).Term(w["Acknowledged since the start"], w.Number(agent?.Delivered))
            .Term(w["Sent since the start"], agent is null ? null : w["{0} bytes", w.Number(agent.BytesSent)]).Raw("</dl>");
        if (mayBring && settings.Mail is not null)
        {
            html.Raw("<form method=\"post\" action=\"/acknowledge\" enctype=\"multipart/form-data\"><label>").Text(w["Acknowledgement of the manager, brought as a file"])
                .Raw(" <input type=\"file\" name=\"file\" accept=\"").Raw(CarriedAcknowledgement.Extension).Raw("\" required></label><button>").Text(w["Take it"]).Raw("</button></form>");
        }

        html.Raw("</section>");
        html.Table(w["Last messages"], [w["Number"], w["Made"], w["Devices"], w["State"]], memory.Messages.Select(m => new[]
        {
            m.Sequence.ToString(CultureInfo.InvariantCulture), w.Time(m.Created), w.Number(m.Devices), StateOf(control.StateOf(m.Sequence)),
        }));
        html.Table(w["Messages that did not arrive"], [w["Number"], w["When"], w["State"]], (control.Health?.Ends ?? []).Reverse().Select(e => new[]
        {
            e.First.ToString(CultureInfo.InvariantCulture) + (e.First == e.Last ? "" : "–" + e.Last.ToString(CultureInfo.InvariantCulture)), w.Time(e.At), StateOf(new MessageState(e.Standing, 0, e.Reason)),
        }));
        return html.Table(w["What the agent told"], [w["Line"]], memory.Lines.Select(l => new[] { l }));
    }

    /// <summary>The settings; a form for administrators.</summary>
    public PageHtml Settings(IAgentControl control, bool mayChange, string? told)
    {
        var settings = control.Settings;
        var html = Told(told).Raw("<section><dl>").Term(w["Manager"], settings.Manager.ToString())
            .Term("SNMP", settings.User is null ? w["version {0}, port {1}", settings.SnmpVersion, settings.Port] : w["version {0}, port {1}, and a user of version 3", settings.SnmpVersion, settings.Port]).Term(w["Queue"], $"{settings.QueueMegabytes} MB");
        if (control.Health?.Intervals is { } holds)
        {
            html.Term(w["Devices are read every"], Interval(holds.CounterSeconds, holds.CounterByManager, settings.CounterSeconds))
                .Term(w["Supplies are looked at every"], Interval(holds.InventorySeconds, holds.InventoryByManager, settings.InventorySeconds));
        }

        html.Raw("</dl></section>");
        if (!mayChange)
        {
            return html.Raw("<section><dl>").Term(w["Ranges"], string.Join(", ", settings.Ranges)).Term(w["Seconds between reads"], w.Number(settings.CounterSeconds)).Term(w["Seconds between looks at supplies"], w.Number(settings.InventorySeconds))
                .Term(w["Addresses are hidden from the manager"], YesNo(settings.HideAddresses)).Term(w["The manager may ask for reads"], YesNo(settings.AllowRequests)).Raw("</dl></section>");
        }

        html.Raw("<section><form method=\"post\" action=\"/settings\"><label>").Text(w["Ranges, one on each line"]).Raw(" <textarea name=\"ranges\" rows=\"4\" maxlength=\"20000\">").Text(string.Join('\n', settings.Ranges)).Raw("</textarea></label>");
        Input("counterSeconds", w["Seconds between reads"], settings.CounterSeconds);
        Input("inventorySeconds", w["Seconds between looks at supplies"], settings.InventorySeconds);
        Check("hideAddresses", w["Hide addresses and host names from the manager"], settings.HideAddresses);
        Check("allowRequests", w["The manager may ask for reads and other intervals"], settings.AllowRequests);
        return html.Raw("<button>").Text(w["Save"]).Raw("</button></form></section><section><form method=\"post\" action=\"/read-now\"><button>").Text(w["Read all devices now"]).Raw("</button></form></section>");

        void Input(string name, string label, int value) => html.Raw("<label>").Text(label).Raw(" <input type=\"number\" min=\"1\" max=\"86400\" required name=\"").Raw(name).Raw("\" value=\"").Text(value.ToString(CultureInfo.InvariantCulture)).Raw("\"></label>");

        void Check(string name, string label, bool on) => html.Raw("<label class=\"check\"><input type=\"checkbox\" value=\"yes\" name=\"").Raw(name).Raw(on ? "\" checked> " : "\"> ").Text(label).Raw("</label>");
    }

    /// <summary>How updates stand; a button where a version waits for an administrator's word.</summary>
    public PageHtml Updates(UpdateStanding standing, bool mayAccept)
    {
        var html = new PageHtml().Raw("<section><h2>").Text(w["Updates"]).Raw("</h2><dl>").Term(w["Version that runs"], standing.Version.ToString()).Term(w["New versions are"], standing.Mode switch
        {
            AgentUpdateSettings.Automatic => w["installed by themselves"],
            AgentUpdateSettings.Manual => w["shown, and installed on your word"],
            _ => w["not looked for"],
        });
        if (standing.State != UpdateState.Running)
        {
            html.Term(w["Version {0}", standing.About], StateOf(standing.State) + (standing.Reason == "-" ? "" : ": " + standing.Reason));
        }

        html.Raw("</dl>");
        if (mayAccept && standing.State == UpdateState.Waiting)
        {
            html.Raw("<form method=\"post\" action=\"/update\"><button name=\"version\" value=\"").Text(standing.About).Raw("\">").Text(w["Install version {0}", standing.About]).Raw("</button></form>");
        }

        return html.Raw("</section>");
    }

    private static PageHtml Told(string? told) => told is null ? new PageHtml() : new PageHtml().Raw("<section role=\"status\">").Text(told).Raw("</section>");

    /// <summary>Pages by role, the first of which is where a sign-in leads.</summary>
    public (string Path, string Name)[] Links(AgentAccount account) => account.Role == AgentAccount.Customer
        ? [("/", w["Devices"])] : [("/", w["Devices"]), ("/sent", w["Sent and waiting"]), ("/settings", w["Settings"])];

    private void Supplies(PageHtml html, ProbeReport report)
    {
        if (report.Supplies.IsEmpty)
        {
            return;
        }

        html.Raw("<section><h2>").Text(w["Supplies"]).Raw("</h2>").Head([w["Supply"], w["Colour"], w["Level"]]);
        foreach (var s in report.Supplies)
        {
            html.Raw("<tr role=\"row\">").Cell(w["Supply"], s.Description ?? Word(s.Kind)).Cell(w["Colour"], Word(s.Color)).Begin(w["Level"]);
            Level(html, s.Percent is null ? Word(s.LevelKind) : null, s.Percent);
            html.Raw("</td></tr>");
        }

        html.Raw("</tbody></table></section>");
    }

    /// <summary>A level as a bar and in words.</summary>
    private static void Level(PageHtml html, string? name, int? percent)
    {
        if (percent is { } some)
        {
            html.Raw(string.Create(CultureInfo.InvariantCulture, $"<meter min=\"0\" max=\"100\" low=\"20\" high=\"21\" optimum=\"100\" value=\"{Math.Clamp(some, 0, 100)}\"></meter> ")).Text(string.Create(CultureInfo.InvariantCulture, $"{some}\u00a0% "));
        }

        html.Text(name);
    }

    private string NameOf(Supply supply) => string.Join(' ', new[] { Word(supply.Kind), Word(supply.Color) }.Where(t => t.Length > 0));

    /// <summary>An interval, and why it holds.</summary>
    private string Interval(int seconds, bool byManager, int own) => byManager
        ? w["{0} s, as the manager wants it and these settings allow; {1} s without that", w.Number(seconds), w.Number(own)] : w["{0} s, as set here", w.Number(seconds)];

    private string StateOf(MessageState? state) => state switch
    {
        null => "–",
        { Standing: MessageStanding.Waits } => w["waits"],
        { Standing: MessageStanding.Mailed } => w["mailed {0} times, not acknowledged yet", w.Number(state.Times)],
        { Standing: MessageStanding.Acknowledged } => w["acknowledged"],
        { Standing: MessageStanding.Refused } => w["refused by the manager: {0}", state.Reason],
        { Standing: MessageStanding.Dropped } => w["given up, because the queue was full"],
        { Standing: MessageStanding.GivenUp } => w["given up: mailed {0} times, and nobody acknowledged it", state.Reason],
        { Standing: MessageStanding.SetAside } => w["set aside: {0}", state.Reason],
        _ => throw new InvalidOperationException("a standing that is none"),
    };

    private string StateOf(UpdateState state) => state switch
    {
        UpdateState.Waiting => w["waits for your word"],
        UpdateState.Fetching => w["is being fetched"],
        UpdateState.Trial => w["is on trial"],
        UpdateState.Failed => w["not taken"],
        _ => "",
    };

    private string YesNo(bool on) => on ? w["yes"] : w["no"];

    /// <summary>A word of the device's language of enumerations; those without a translation as they are.</summary>
    private string Word(string? word) => word switch { null => "", "someLeft" => w["some left"], _ => w[word] };

    private static long? Total(MeterReading? reading) => reading?.Set.Counters.FirstOrDefault(c => c.Role == CounterRole.Total) is { } total && total.Index < reading.Values.Length ? reading.Values[total.Index] : null;
}
