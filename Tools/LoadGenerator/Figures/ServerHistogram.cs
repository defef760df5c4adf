using System.Globalization;
using System.Net.Security;

namespace CopyTrack.LoadGenerator.Figures;

/// <summary>The server's own histogram of login line received to panel.unlock written, as the difference of two reads of /metrics.</summary>
internal sealed class ServerHistogram
{
    private const string Name = "copytrack_login_unlock_duration_seconds_bucket{le=\"";
    private readonly SortedDictionary<double, double> upTo;

    private ServerHistogram(SortedDictionary<double, double> upTo) => this.upTo = upTo;

    /// <summary>The buckets now; empty when the server has none or <paramref name="port"/> is null.</summary>
    public static async Task<ServerHistogram> ReadAsync(string host, int? port, CancellationToken cancellationToken)
    {
        var upTo = new SortedDictionary<double, double>();
        if (port is not null)
        {
            // Nothing secret goes there: the figures of a server on this machine.
            using var client = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true }, UseProxy = false });
            foreach (var line in (await client.GetStringAsync(new Uri($"https://{host}:{port}/metrics"), cancellationToken)).Split('\n').Where(l => l.StartsWith(Name, StringComparison.Ordinal)))
            {
                var (label, value) = (line[Name.Length..line.IndexOf('"', Name.Length)], line[(line.LastIndexOf(' ') + 1)..]);
                upTo[label == "+Inf" ? double.PositiveInfinity : double.Parse(label, CultureInfo.InvariantCulture)] = double.Parse(value, CultureInfo.InvariantCulture);
            }
        }

        return new ServerHistogram(upTo);
    }

    /// <summary>Upper bounds of p50 and p99 in ms and the shares within 3 and 20 ms since <paramref name="before"/>; nothing without data.</summary>
    public IReadOnlyList<(string Name, double? Value)> Since(ServerHistogram before)
    {
        var counts = upTo.ToDictionary(b => b.Key, b => b.Value - before.upTo.GetValueOrDefault(b.Key));
        var all = counts.GetValueOrDefault(double.PositiveInfinity);
        double Within(double bound) => counts.Where(c => c.Key <= bound).Select(c => c.Value).DefaultIfEmpty().Max() / all;
        double Bound(double share) => counts.OrderBy(c => c.Key).First(c => c.Value >= share * all).Key * 1000;
        return all == 0 ? [] :
        [
            ("serverCount", all), ("serverP50AtMostMs", Bound(0.5)), ("serverP99AtMostMs", Bound(0.99)),
            ("serverWithin3MsPercent", 100 * Within(0.003)), ("serverWithin20MsPercent", 100 * Within(0.02)),
        ];
    }
}
