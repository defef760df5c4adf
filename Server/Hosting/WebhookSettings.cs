using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Server.Webhooks;

namespace CopyTrack.Server.Hosting;

/// <summary>Reads the section <c>Webhooks</c>.</summary>
internal static class WebhookSettings
{
    /// <summary>The options; throws <see cref="ConfigurationFault"/> for values that can't be.</summary>
    public static WebhookOptions Read(SettingReader read)
    {
        var d = new WebhookOptions();
        return d with
        {
            AllowNetworks = [.. (read.Text("Webhooks:AllowNetworks", null) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Network)],
            Authorities = read.Text("Webhooks:CaFile", null) is { } file ? Authorities(file) : null,
            Pause = TimeSpan.FromDays(read.Number("Webhooks:PauseDays", (int)d.Pause.TotalDays, 1, 90)),
            Keep = TimeSpan.FromHours(read.Number("Webhooks:KeepHours", (int)d.Keep.TotalHours, 1, 720)),
            Log = TimeSpan.FromDays(read.Number("Webhooks:LogDays", (int)d.Log.TotalDays, 1, 365)),
            Timeout = read.Seconds("Webhooks:TimeoutSeconds", d.Timeout, 1, 60),
        };
    }

    private static IPNetwork Network(string text) => IPNetwork.TryParse(text, out var network) ? network
        : throw new ConfigurationFault("Webhooks:AllowNetworks", $"'{text}' is not a network such as 10.0.0.0/8 or fd00::/8");

    private static X509Certificate2Collection Authorities(string file)
    {
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(file);
            return found.Count > 0 ? found : throw new ConfigurationFault("Webhooks:CaFile", $"{file} holds no certificate in PEM");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFault("Webhooks:CaFile", e.Message);
        }
    }
}
