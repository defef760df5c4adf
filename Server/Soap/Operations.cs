using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Receipts.Wire;
using CopyTrack.Server.WalkUp;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.Soap;

/// <summary>The operations of accounting.wsdl: element in, element out. What the schema has checked is not checked again.</summary>
internal sealed class Operations(ReceiptDesk desk, EmbeddedPanels panels, JobAuthorization authorization, ReportedMeters meters, TerminalPolicy policy, TimeProvider time)
{
    private static readonly XNamespace Ns = ContractFiles.Namespace;

    /// <summary>Answers; throws <see cref="WireFault"/> for an element that is no request, and what its parts throw.</summary>
    public async Task<XElement> RunAsync(DeviceCaller device, XElement request, CancellationToken cancellationToken) =>
        request.Name.Namespace != Ns ? throw new WireFault($"the element in the Body must be of namespace {ContractFiles.Namespace}") : request.Name.LocalName switch
        {
            "SendReceipts" => ReceiptXml.Write(await desk.TakeAsync(device, ReceiptXml.Read(request), cancellationToken)),
            "Hello" => await HelloAsync(device, request, cancellationToken),
            "Authenticate" => await AuthenticateAsync(device, request, cancellationToken),
            "SelectProject" => await SelectProjectAsync(device, request, cancellationToken),
            "Authorize" => await AuthorizeAsync(device, request, cancellationToken),
            "EndSession" => await EndSessionAsync(device, request, cancellationToken),
            "Heartbeat" => await HeartbeatAsync(device, request, cancellationToken),
            "CounterReport" => await CounterReportAsync(device, request, cancellationToken),
            _ => throw new WireFault("the element in the Body is no request of this contract"),
        };

    private async Task<XElement> HelloAsync(DeviceCaller device, XElement request, CancellationToken cancellationToken)
    {
        var identity = new PanelIdentity(
            Text(request, "maker") ?? "unknown", Text(request, "model") ?? "unknown", Text(request, "firmware") ?? "unknown",
            [.. request.Elements(Ns + "capability").Select(c => c.Value)]);
        var (result, error) = await panels.HelloAsync(device, identity, cancellationToken);
        if (result is null)
        {
            throw new PanelRefused(error?.Message ?? "the device has no panel here");
        }

        return Answer(
            "HelloResponse", new XElement(Ns + "serverTime", Now()), new XElement(Ns + "heartbeatSeconds", policy.HeartbeatSeconds), new XElement(Ns + "idleSeconds", result.IdleTimeoutSeconds),
            result.LoginMethods.Select(m => new XElement(Ns + "method", m)), await CommandsAsync(device, cancellationToken));
    }

    private async Task<XElement> AuthenticateAsync(DeviceCaller device, XElement request, CancellationToken cancellationToken)
    {
        string Needed(string name) => Text(request, name) ?? throw new WireFault($"the method needs {name}");
        Credential credential = Text(request, "method") switch
        {
            "card" => new Credential.Card(Needed("card")),
            "card+pin" => new Credential.CardAndPin(Needed("card"), Needed("pin")),
            "pin" => new Credential.Pin(Needed("pin")),
            _ => new Credential.Password(Needed("userName"), Needed("password")),
        };
        var (result, error) = await panels.AskAsync(device, new LoginRequest(credential, Text(request, "attempt")), cancellationToken);
        var commands = await CommandsAsync(device, cancellationToken);
        return result switch
        {
            LoginResult login => Answer(
                "AuthenticateResponse", new XElement(Ns + "granted", true), new XElement(Ns + "session", login.Session), new XElement(Ns + "userName", login.User.Name),
                new XElement(Ns + "displayName", login.User.DisplayName), login.User.Language is { } language ? new XElement(Ns + "language", language) : null,
                login.Functions.Select(f => new XElement(Ns + "function", f)), new XElement(Ns + "projectRequired", login.Projects.Required),
                login.Projects.Recent.Select(p => new XElement(Ns + "project", new XElement(Ns + "id", p.Id), new XElement(Ns + "code", p.Code), new XElement(Ns + "name", p.Name))),
                new XElement(Ns + "idleSeconds", login.IdleTimeoutSeconds), commands),
            LoggedOutResult ended => Answer("AuthenticateResponse", new XElement(Ns + "granted", false), new XElement(Ns + "loggedOut", ended.LoggedOut), commands),
            _ => Answer(
                "AuthenticateResponse", new XElement(Ns + "granted", false), new XElement(Ns + "denial", ErrorCodes.NameOf(error!.Code)), new XElement(Ns + "text", error.Message), commands),
        };
    }

    private async Task<XElement> SelectProjectAsync(DeviceCaller device, XElement request, CancellationToken cancellationToken)
    {
        var (result, error) = await panels.AskAsync(device, new ProjectRequest(Text(request, "session")!, Text(request, "project")!), cancellationToken);
        return Answer("SelectProjectResponse", new XElement(Ns + "accepted", result is not null), Optional("text", error?.Message), await CommandsAsync(device, cancellationToken));
    }

    private async Task<XElement> EndSessionAsync(DeviceCaller device, XElement request, CancellationToken cancellationToken)
    {
        var (result, error) = await panels.AskAsync(device, new LogoutRequest(Text(request, "session")!, Text(request, "reason") ?? "user"), cancellationToken);
        return Answer("EndSessionResponse", new XElement(Ns + "ended", result is not null), Optional("text", error?.Message), await CommandsAsync(device, cancellationToken));
    }

    private async Task<XElement> HeartbeatAsync(DeviceCaller device, XElement request, CancellationToken cancellationToken)
    {
        await panels.HeardAsync(device, Text(request, "panel") == "unlocked", Text(request, "session"), cancellationToken);
        return Answer("HeartbeatResponse", new XElement(Ns + "serverTime", Now()), await CommandsAsync(device, cancellationToken));
    }

    private async Task<XElement> AuthorizeAsync(DeviceCaller device, XElement request, CancellationToken cancellationToken)
    {
        var impressions = Text(request, "impressions") is { } told ? XmlConvert.ToInt64(told) : (long?)null;
        var color = ReceiptWords.Color(Text(request, "color"));
        var job = new JobReceipt
        {
            JobId = Text(request, "jobId"), Service = ReceiptWords.Service(Text(request, "service")!), Session = ReceiptWords.Session(Text(request, "session")),
            Identities = ReceiptXml.Identities(request), EndedAt = time.GetUtcNow(), Pages = [new CompletedPages(color, PageSides.Any, Text(request, "media"), impressions ?? 0, null)],
        };
        var answer = await authorization.AskAsync(device, job, color switch { PageColor.Color => true, PageColor.Mono => false, _ => null }, impressions, cancellationToken);
        return Answer(
            "AuthorizeResponse", new XElement(Ns + "allowed", answer.Allowed), new XElement(Ns + "colorAllowed", answer.ColorAllowed),
            Optional("maxImpressions", answer.MaxImpressions?.ToString(CultureInfo.InvariantCulture)), Optional("reservation", answer.Reservation), Optional("text", answer.Text));
    }

    private async Task<XElement> CounterReportAsync(DeviceCaller device, XElement request, CancellationToken cancellationToken)
    {
        ImmutableArray<ReportedCounter> counters = [.. request.Elements(Ns + "counter").Select(c => new ReportedCounter(
            new CounterKey(
                Word<PageFunction>(Text(c, "function")), Word<PageColor>(Text(c, "color")), Word<PageSize>(Text(c, "size")), PageSides.Any, Word<CounterUnit>(Text(c, "unit"))),
            XmlConvert.ToInt64(Text(c, "value")!)))];
        var fault = await meters.TakeAsync(
            device.DeviceId, counters, Text(request, "serial"), Text(request, "idle") is { } idle ? XmlConvert.ToBoolean(idle) : null, time.GetUtcNow(), cancellationToken);
        return Answer("CounterReportResponse", new XElement(Ns + "taken", fault is null), Optional("text", fault));
    }

    private async Task<IEnumerable<XElement>> CommandsAsync(DeviceCaller device, CancellationToken cancellationToken) =>
        (await panels.CommandsAsync(device, cancellationToken)).Select(c => new XElement(
            Ns + "command", new XElement(Ns + "kind", c.Kind), Optional("session", c.Session), c.Functions.Select(f => new XElement(Ns + "function", f)), Optional("text", c.Text)));

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static XElement Answer(string name, params object?[] content) => new(Ns + name, content);

    private static XElement? Optional(string name, string? text) => text is null ? null : new XElement(Ns + name, text);

    private static string? Text(XElement parent, string name) => ReceiptXml.Text(parent, name);

    /// <summary>A word that the schema allows; absent means any.</summary>
    private static T Word<T>(string? word) where T : struct, Enum => word is null ? default : Enum.Parse<T>(word, ignoreCase: true);
}
