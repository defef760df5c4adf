using System.Data.Common;
using System.Threading.Channels;
using CopyTrack.Server.Data.Journal;
using Dapper;

namespace CopyTrack.Server.Data;

/// <summary>Writes the access log in batches from a bounded queue.</summary>
internal sealed class AccessLogWriter(IDatabase database, IdGenerator ids, ILogger<AccessLogWriter> logger) : BackgroundService, IAccessLog
{
    private const int Waiting = 10_000, PerWrite = 500;
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(250);

    private readonly Channel<AccessLogEntry> _queue =
        Channel.CreateBounded<AccessLogEntry>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest });

    private bool _behind;

    public void Write(AccessLogEntry entry)
    {
        // Told once for each time that the queue fills up, not for each line.
        if (_queue.Reader.Count == Waiting && !Interlocked.Exchange(ref _behind, true))
        {
            logger.AccessLogBehind(Waiting);
        }

        _queue.Writer.TryWrite(entry);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } running)
        {
            await running.WaitAsync(cancellationToken);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lines = new List<AccessLogEntry>(PerWrite);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            // Lines of a busy moment share a transaction.
            await Task.Delay(s_gather, CancellationToken.None);
            lines.Clear();
            while (lines.Count < PerWrite && _queue.Reader.TryRead(out var line))
            {
                lines.Add(line);
            }

            Interlocked.Exchange(ref _behind, _queue.Reader.Count > Waiting / 2 && _behind);
            try
            {
                await database.WriteAsync((connection, ct) => InsertAsync(connection, lines, ct), CancellationToken.None);
            }
            catch (Exception ex)
            {
                // Lines that can't be kept must not stop those that follow.
                logger.AccessLogLost(lines.Count, ex);
            }
        }
    }

    private Task<int> InsertAsync(DbConnection connection, List<AccessLogEntry> lines, CancellationToken cancellationToken)
    {
        object parameters = database.Dialect == Dialect.Sqlite
            ? lines.ConvertAll(l => new { Id = ids.Next(), l.At, l.TerminalId, l.DeviceId, l.PersonId, l.Method, l.Outcome, CardSuffix = Columns.Text(l.CardSuffix), CardKey = l.UnknownCard?.KeyId, CardHash = l.UnknownCard?.Hash.ToArray() })
            : new
            {
                ids = lines.Select(_ => ids.Next()).ToArray(), ats = lines.Select(l => l.At.ToMicros()).ToArray(),
                terminals = lines.Select(l => l.TerminalId).ToArray(), devices = lines.Select(l => l.DeviceId).ToArray(),
                people = lines.Select(l => l.PersonId).ToArray(), methods = lines.Select(l => l.Method).ToArray(),
                outcomes = lines.Select(l => l.Outcome).ToArray(), suffixes = lines.Select(l => Columns.Text(l.CardSuffix)).ToArray(),
                cardKeys = lines.Select(l => l.UnknownCard?.KeyId).ToArray(), cardHashes = lines.Select(l => l.UnknownCard?.Hash.ToArray()).ToArray(),
            };
        return connection.ExecuteAsync(new CommandDefinition(database.Sql["AccessLog_Add"], parameters, cancellationToken: cancellationToken));
    }
}
