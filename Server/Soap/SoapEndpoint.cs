using System.Globalization;
using CopyTrack.Server.Data;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Receipts.Wire;

namespace CopyTrack.Server.Soap;

/// <summary><c>/soap/accounting</c>: the contract itself by GET, its operations by POST in SOAP 1.1 and 1.2.</summary>
internal sealed class SoapEndpoint(DeviceGate gate, Operations operations, RefusedMessages refused, ILogger<SoapEndpoint> logger)
{
    /// <summary>Where it lives.</summary>
    public const string Path = "/soap/accounting";

    private const int StorageRetrySeconds = 5;

    /// <summary><c>?wsdl</c> and <c>?xsd</c>; anything else is 404.</summary>
    public static async Task ContractAsync(HttpContext context)
    {
        var wsdl = context.Request.Query.ContainsKey("wsdl");
        if (!wsdl && !context.Request.Query.ContainsKey("xsd"))
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("GET /soap/accounting?wsdl tells the contract; requests are POSTed.", context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/xml; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        var text = wsdl ? ContractFiles.WsdlAt($"{context.Request.Scheme}://{context.Request.Host}{Path}") : ContractFiles.Schema;
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>Answers a request, or refuses it by a fault; nothing of a refused one is booked.</summary>
    public async Task RunAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var version = SoapVersion.Of(context.Request.ContentType);
        var operation = "unread";
        DeviceCaller? device = null;
        try
        {
            device = await gate.AuthenticateAsync(context);
            if (version is null)
            {
                throw new BodyFault(415, "the Content-Type must be text/xml (SOAP 1.1) or application/soap+xml (SOAP 1.2)");
            }

            var answer = await BodyReader.ReadAsync(
                context.Request,
                body =>
                {
                    var request = version.Open(SafeXml.Parse(body));
                    operation = request.Name.LocalName;
                    return operations.RunAsync(device, request, context.RequestAborted);
                },
                context.RequestAborted);
            await WriteAsync(context, version, 200, version.Wrap(answer));
        }
        catch (DeviceRefused e)
        {
            if (e.Status == 401)
            {
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"copytrack device\", charset=\"UTF-8\"";
            }

            await FaultAsync(context, version, e.Status, FaultSide.Sender, e.Message, e.RetryAfter);
        }
        catch (WireFault e)
        {
            await NoteAsync(context, device, "message", e.Message);
            await FaultAsync(context, version, null, FaultSide.Sender, e.Message, null);
        }
        catch (BodyFault e)
        {
            await NoteAsync(context, device, "body", e.Message);
            await FaultAsync(context, version, e.Status, FaultSide.Sender, e.Message, null);
        }
        catch (PanelRefused e)
        {
            await NoteAsync(context, device, "panel", e.Message);
            await FaultAsync(context, version, null, FaultSide.Sender, e.Message, null);
        }
        catch (StorageUnavailableException e)
        {
            logger.StorageAway(e.Message);
            await FaultAsync(context, version, 503, FaultSide.Receiver, "the server can't reach its database; nothing was booked, send it again", StorageRetrySeconds);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The device left; it will send again.
        }
        catch (Exception e)
        {
            // The boundary of a request: whatever went wrong is the server's fault and must not end it.
            logger.OperationFailed(operation, e);
            await FaultAsync(context, version, null, FaultSide.Receiver, "the server failed; send it again later", null);
        }
    }

    private Task NoteAsync(HttpContext context, DeviceCaller? device, string kind, string detail) =>
        refused.NoteAsync(device?.DeviceId, context.Connection.RemoteIpAddress?.ToString() ?? "", kind, detail, CancellationToken.None);

    private static async Task FaultAsync(HttpContext context, SoapVersion? version, int? status, FaultSide side, string text, int? retryAfter)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        if (retryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        version ??= SoapVersion.V12;
        await WriteAsync(context, version, status ?? version.Status(side), version.Fault(side, text));
    }

    private static async Task WriteAsync(HttpContext context, SoapVersion version, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = $"{version.MediaType}; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, CancellationToken.None);
    }
}
