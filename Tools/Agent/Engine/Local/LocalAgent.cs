using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Usb;

namespace CopyTrack.Agent.Local;

/// <summary>Reads the USB printers of a PC at an interval, and tells the site's agent what they said when it asks. Questions cause no reads.</summary>
public sealed class LocalAgent : IDisposable
{
    private const int MostConnections = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly LocalSettings _settings;
    private readonly string _tree;
    private readonly IAgentObserver _observer;
    private readonly TimeProvider _time;
    private readonly TcpListener _listener;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = IppPrinter.MostOctets };
    private readonly SemaphoreSlim _connections = new(MostConnections, MostConnections);
    private readonly Dictionary<string, PjlPort> _pjl = new(StringComparer.Ordinal);
    private readonly IppPort[] _ipp;
    private readonly Dictionary<string, string> _silent = new(StringComparer.Ordinal);
    private ImmutableArray<FleetRecord> _records = [];

    /// <summary>Listens from now on. Throws <see cref="AgentException"/> when the port is taken.</summary>
    public LocalAgent(LocalSettings settings, IAgentObserver observer, TimeProvider time)
        : this(settings, PjlPort.KernelTree, observer, time)
    {
    }

    internal LocalAgent(LocalSettings settings, string tree, IAgentObserver observer, TimeProvider time)
    {
        (_settings, _tree, _observer, _time) = (settings, tree, observer, time);
        _ipp = [.. settings.Ipp.Select(a => new IppPort(new Uri(a), _http, time))];
        _listener = settings.Listen is { } listen ? new TcpListener(IPAddress.Parse(listen), settings.Port) : TcpListener.Create(settings.Port);
        try
        {
            _listener.Start(MostConnections);
        }
        catch (SocketException e)
        {
            throw new AgentException($"port: {settings.Port} can't be listened on: {e.Message}", e);
        }
    }

    /// <summary>The port that it listens on.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Printers that answered last time.</summary>
    public int Printers => _records.Length;

    /// <summary>Reads and answers until it is cancelled; cancelling is the normal end and throws nothing.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(ReadAsync(cancellationToken), AcceptAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The owner ends it.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        _http.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var records = ImmutableArray.CreateBuilder<FleetRecord>();
            foreach (var path in _settings.Pjl.IsEmpty ? PjlPort.Found(_tree) : _settings.Pjl)
            {
                var port = _pjl.TryGetValue(path, out var known) ? known : _pjl[path] = new PjlPort(path, _tree, _time);
                Keep(path, await port.ReadAsync(cancellationToken));
            }

            for (var i = 0; i < _ipp.Length; i++)
            {
                Keep(_settings.Ipp[i], await _ipp[i].ReadAsync(cancellationToken));
            }

            _records = [.. records.DistinctBy(r => r.Key)];
            _observer.Rested();
            await Task.Delay(TimeSpan.FromSeconds(_settings.ReadSeconds), _time, cancellationToken);

            void Keep(string name, (FleetRecord? Record, string? Silence) read)
            {
                if (read.Record is { } record)
                {
                    records.Add(record);
                }

                if (_silent.GetValueOrDefault(name) is var before && before != read.Silence)
                {
                    _observer.Told(read.Silence is null ? $"{name}: answers again" : $"{name}: {read.Silence}");
                }

                _ = read.Silence is null ? _silent.Remove(name) : (_silent[name] = read.Silence) is not null;
            }
        }
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _connections.WaitAsync(cancellationToken);
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(cancellationToken);
            }
            catch (SocketException)
            {
                // It had gone before it was taken.
                _connections.Release();
                continue;
            }

            _ = AnswerAsync(client, cancellationToken);
        }
    }

    private async Task AnswerAsync(Socket client, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            if (await LocalLine.ReadAsync(stream, limit.Token) is { } line && LocalExchange.ReadQuestion(line) is { } nonce)
            {
                var message = new FleetMessage { Agent = "local", Sequence = 1, Created = FleetTime.Cut(_time.GetUtcNow()), Program = "1", Devices = _records };
                await stream.WriteAsync(LocalExchange.Answer(nonce, FleetPacking.Pack(FleetMessageWriter.Write(message)), Encoding.UTF8.GetBytes(_settings.Key)), limit.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or FleetFormatException)
        {
            // One who asks badly or leaves is nobody else's business.
        }
        finally
        {
            _connections.Release();
        }
    }
}
