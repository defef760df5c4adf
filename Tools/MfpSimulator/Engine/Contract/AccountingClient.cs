using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;

namespace CopyTrack.MfpSimulator.Contract;

/// <summary>The server answered by a fault, or by no SOAP at all.</summary>
public sealed class ContractFault(int status, string text) : Exception(text)
{
    /// <summary>HTTP status.</summary>
    public int Status => status;
}

/// <summary>Speaks accounting.wsdl over HTTPS with a device's own secret: one element out, one element back, SOAP 1.1 or 1.2.</summary>
public sealed class AccountingClient : IDisposable
{
    /// <summary>Namespace of the contract.</summary>
    public static readonly XNamespace Ns = "urn:copytrack:accounting:1";

    private readonly HttpClient http;
    private readonly XNamespace envelope;
    private readonly string mediaType;

    /// <summary><paramref name="handler"/> decides whom to trust and may hold a client certificate; the name and secret are left out then.</summary>
    public AccountingClient(Uri address, string? name, string? secret, HttpMessageHandler handler, bool soap12 = true)
    {
        http = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
        (envelope, mediaType) = soap12 ? ("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml") : ((XNamespace)"http://schemas.xmlsoap.org/soap/envelope/", "text/xml");
        if (secret is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{secret}")));
        }
    }

    /// <summary>Sends a request and returns the element of the answer's body. Throws <see cref="ContractFault"/>, or <see cref="HttpRequestException"/> when nobody answers.</summary>
    public async Task<XElement> CallAsync(XElement request, CancellationToken cancellationToken = default)
    {
        var message = new XElement(envelope + "Envelope", new XElement(envelope + "Body", request));
        using var content = new StringContent(message.ToString(SaveOptions.DisableFormatting), Encoding.UTF8, mediaType);
        content.Headers.Add("SOAPAction", $"\"{Ns.NamespaceName}/{request.Name.LocalName}\"");
        using var response = await http.PostAsync("soap/accounting", content, cancellationToken).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        XElement answer;
        try
        {
            answer = XElement.Parse(text).Element(envelope + "Body")?.Elements().FirstOrDefault() ?? throw new ContractFault((int)response.StatusCode, "the answer has no body");
        }
        catch (System.Xml.XmlException)
        {
            throw new ContractFault((int)response.StatusCode, text);
        }

        return answer.Name.LocalName == "Fault" ? throw new ContractFault((int)response.StatusCode, answer.Value) : answer;
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
