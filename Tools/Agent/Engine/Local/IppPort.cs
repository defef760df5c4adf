using System.Net.Http.Headers;
using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Usb;

namespace CopyTrack.Agent.Local;

/// <summary>A USB printer behind ipp-usb, which speaks IPP on loopback.</summary>
internal sealed class IppPort(Uri address, HttpClient http, TimeProvider time)
{
    private int _request;

    /// <summary>Asks the printer; the record, or why there is none.</summary>
    public async Task<(FleetRecord? Record, string? Silence)> ReadAsync(CancellationToken cancellationToken)
    {
        var (id, sentAt) = (++_request, time.GetUtcNow());
        try
        {
            using var content = new ByteArrayContent(IppPrinter.Question($"ipp://{address.Authority}{address.AbsolutePath}", id));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/ipp");
            using var answer = await http.PostAsync(address, content, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                return (null, $"the printer answers {(int)answer.StatusCode}");
            }

            var attributes = IppPrinter.Read(await answer.Content.ReadAsByteArrayAsync(cancellationToken), id);
            // ipp-usb keeps the port of each printer; a serial number may be told by two.
            var key = "i-" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(address.ToString())))[..24];
            return (UsbReport.FromIpp(key, attributes, sentAt, time.GetUtcNow()), null);
        }
        catch (IppFormatException e)
        {
            return (null, e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, "the printer is not reached: is ipp-usb running, and is the printer on?");
        }
    }
}
