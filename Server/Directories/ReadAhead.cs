using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace CopyTrack.Server.Directories;

/// <summary>Reads on while what came is worked on, a bounded number of things ahead.</summary>
internal static class ReadAhead
{
    /// <summary>
    /// The same things in the same order, at most <paramref name="most"/> of them waiting. Throws what the reading throws, behind what came before; whoever stops early ends the
    /// reading too.
    /// </summary>
    public static async IAsyncEnumerable<T> By<T>(IAsyncEnumerable<T> source, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<T>(new BoundedChannelOptions(most) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(() => FillAsync(source, channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            await stop.CancelAsync();
            // Its failure, if any, has come through the channel.
            await reading;
        }
    }

    private static async Task FillAsync<T>(IAsyncEnumerable<T> source, ChannelWriter<T> writer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in source.WithCancellation(cancellationToken))
            {
                await writer.WriteAsync(item, cancellationToken);
            }

            writer.Complete();
        }
        catch (Exception e)
        {
            // Whatever it was, who reads must end too; they throw this same failure.
            writer.Complete(e);
        }
    }
}
