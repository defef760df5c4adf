using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts.Makers;

namespace CopyTrack.Server.Polling;

/// <summary>
/// Meters of Kyocera devices by their counter service, for devices whose profile an administrator set to <see cref="Profile"/> (docs/vendors.md); experimental.
/// Only asked within the time that people wait for a reading, bounded in size.
/// </summary>
internal sealed class KyoceraMeterSource(TimeProvider time) : IDisposable
{
    /// <summary>The profile that asks for it.</summary>
    public const string Profile = "kyocera-ws";

    private const int Port = 9090, MostBytes = 256 * 1024, AwakeTries = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4), Waking = TimeSpan.FromSeconds(2);

    // The device's certificate is its own and names nobody; what it tells is believed as far as an SNMP reply is.
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, ConnectTimeout = Patience, AutomaticDecompression = DecompressionMethods.None, UseCookies = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    { Timeout = Patience, MaxResponseContentBufferSize = MostBytes };

    /// <summary>Reads the device at the address once; never throws for what it does.</summary>
    public async Task<MeterRead> ReadAsync(IPAddress address, ReadingTrigger trigger, long token, CancellationToken cancellationToken, int port = Port)
    {
        for (var tries = 0; tries < AwakeTries; tries++)
        {
            var sentAt = time.GetUtcNow();
            ImmutableArray<ToldCounter> counters;
            try
            {
                var asked = new UriBuilder("http", address.ToString(), port, KyoceraCounters.Path).Uri;
                using var first = await AskAsync(asked, cancellationToken);
                using var second = first.Headers.Location is { } moved && IsSameDevice(asked, new Uri(asked, moved)) ? await AskAsync(new Uri(asked, moved), cancellationToken) : null;
                var response = second ?? first;
                counters = KyoceraCounters.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            }
            catch (HttpRequestException e)
            {
                return new MeterRead.Failed($"its counter service at port {port} can't be asked: {e.Message}");
            }
            catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new MeterRead.Failed($"its counter service at port {port} does not answer");
            }
            catch (MakerFormatException e)
            {
                return new MeterRead.Failed($"its counter service answers something else: {e.Message}");
            }

            if (counters.IsEmpty)
            {
                await Task.Delay(Waking, time, cancellationToken);
                continue;
            }

            return new MeterRead.Taken(new MeterReading
            {
                SentAt = sentAt, At = time.GetUtcNow(), UpTime = null, Idle = null, Trigger = trigger, Token = token, Values = [.. counters.Select(c => (long?)c.Value)],
                Set = new BaseCounterSet
                {
                    Profile = Profile, ProfileVersion = 1,
                    Counters = [.. counters.Select((c, i) => new BaseCounter { Index = i, Key = c.Key, Role = c.Key.Function == PageFunction.Total ? CounterRole.Total : CounterRole.Part, Oids = ["counter_information"] })],
                },
            });
        }

        return new MeterRead.Failed("the device sleeps");
    }

    private async Task<HttpResponseMessage> AskAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(KyoceraCounters.Request());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/soap+xml") { CharSet = "utf-8" };
        return await http.PostAsync(uri, content, cancellationToken);
    }

    // Devices lead from port 9090 to 9091. To any other host a device must not lead this server.
    private static bool IsSameDevice(Uri asked, Uri moved) => moved.Host == asked.Host && moved.Scheme == Uri.UriSchemeHttps;

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
