using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text;
using CopyTrack.Terminal.Configuration;

namespace CopyTrack.Terminal.Panel;

/// <summary>A TCP port that takes one line for each wish, such as the control port of the MFP simulator.</summary>
internal sealed class TcpRelay(PanelOptions.Tcp options) : IPanelRelay
{
    private TcpClient? client;
    private StreamReader? reader;

    /// <summary>Sends the line; with an expected answer, waits for a line that begins with it.</summary>
    public void Apply(ImmutableArray<string> functions)
    {
        var line = functions.IsEmpty ? options.Lock : options.Unlock.Replace("{functions}", string.Join(',', functions), StringComparison.Ordinal);
        var reused = client is not null;
        try
        {
            SendOnce(line);
        }
        catch (Exception fault) when (fault is IOException or SocketException && reused)
        {
            Dispose();
            SendOnce(line);
        }
        catch (SocketException fault)
        {
            Dispose();
            throw new IOException($"the panel's control port is not reached: {fault.Message}", fault);
        }
        catch (IOException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        reader?.Dispose();
        client?.Dispose();
        (client, reader) = (null, null);
    }

    private void SendOnce(string line)
    {
        if (client is null)
        {
            var milliseconds = (int)options.Timeout.TotalMilliseconds;
            client = new TcpClient { NoDelay = true, SendTimeout = milliseconds, ReceiveTimeout = milliseconds };
            client.Connect(options.Host, options.Port);
            reader = new StreamReader(client.GetStream(), Encoding.UTF8, false, 1024, leaveOpen: true);
        }
        client.GetStream().Write(Encoding.UTF8.GetBytes(line + "\n"));
        if (options.Expect.Length > 0)
        {
            var answer = reader!.ReadLine() ?? throw new IOException("the panel's control port closed the connection");
            if (!answer.StartsWith(options.Expect, StringComparison.OrdinalIgnoreCase))
            {
                throw new IOException("the panel's control port refused the command");
            }
        }
    }
}
