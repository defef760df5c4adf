using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text;
using CopyTrack.Accounting.Fleet;

namespace CopyTrack.Agent.Local;

/// <summary>The site's agent asks a LocalAgent for its printers.</summary>
internal sealed class LocalSource(LocalAgentSource source, IAgentObserver observer, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private string? _fault;

    /// <summary>What its printers said; none when it does not answer as it should, which is told once.</summary>
    public async Task<ImmutableArray<LocalRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var message = await AskAsync(limit.Token);
            if (_fault is not null)
            {
                _fault = null;
                observer.Told($"the LocalAgent {source.Host} answers again");
            }

            // Its clock may be wrong: its times are told as ages, from now back.
            var ahead = message.Created - time.GetUtcNow();
            return [.. message.Devices.Select(d => Own(d, ahead))];
        }
        catch (Exception e) when (e is SocketException or IOException or FleetFormatException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var fault = e is OperationCanceledException ? "it does not answer" : e.Message;
            if (fault != _fault)
            {
                _fault = fault;
                observer.Told($"the LocalAgent {source.Host}:{source.Port} can't be read: {fault}");
            }

            return [];
        }
    }

    private LocalRecord Own(FleetRecord record, TimeSpan ahead) => new(source.Host, record with
    {
        Address = null, Reading = record.Reading is { } reading ? reading with { SentAt = reading.SentAt - ahead, At = reading.At - ahead } : null,
        Inventory = record.Inventory is { } report ? report with { Identity = report.Identity with { HostName = source.Host } } : null, InventoryAt = record.InventoryAt - ahead,
    });

    private async Task<FleetMessage> AskAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(source.Host, source.Port, cancellationToken);
        await using var stream = new NetworkStream(socket);
        var (nonce, line) = LocalExchange.Question();
        await stream.WriteAsync(line, cancellationToken);
        var (length, hmac) = LocalExchange.ReadHead(await LocalLine.ReadAsync(stream, cancellationToken) ?? throw new FleetFormatException("what answers is no LocalAgent"));
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return LocalExchange.Read(nonce, body, hmac, Encoding.UTF8.GetBytes(source.Key));
    }
}
