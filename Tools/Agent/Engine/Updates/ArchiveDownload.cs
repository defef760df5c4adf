using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Agent.Updates;

/// <summary>Fetches an archive into a file, going on where an earlier try ended. Bounded by the signed manifest; whether the bytes are right is the reader's to say.</summary>
internal static class ArchiveDownload
{
    private const int Tries = 5, Chunk = 64 * 1024;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>Returns when the file is as long as the manifest says. Throws <see cref="ManagerAwayException"/> when the manager stops sending again and again; what came until then stays.</summary>
    public static async Task RunAsync(ManagerLink link, AgentIdentity identity, PackageManifest manifest, FileStream file, TimeProvider time, CancellationToken cancellationToken)
    {
        if (file.Length > manifest.Size)
        {
            file.SetLength(0);
        }

        for (var left = Tries; file.Length < manifest.Size; left--)
        {
            var before = file.Length;
            try
            {
                await OnceAsync(link, identity, manifest, file, time, cancellationToken);
            }
            catch (ManagerAwayException) when (left > 1)
            {
                // A line that breaks often still brings it to the end, as long as each try brings something.
                left += file.Length > before ? 1 : 0;
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    private static async Task OnceAsync(ManagerLink link, AgentIdentity identity, PackageManifest manifest, FileStream file, TimeProvider time, CancellationToken cancellationToken)
    {
        using var answer = await link.ArchiveAsync(identity, manifest.Hash, file.Length, time.GetUtcNow(), cancellationToken);
        if (!answer.IsPart)
        {
            file.SetLength(0);
        }

        file.Position = file.Length;
        var chunk = new byte[Chunk];
        try
        {
            while (file.Length < manifest.Size)
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(Silence);
                var read = await answer.Content.ReadAsync(chunk.AsMemory(0, (int)Math.Min(Chunk, manifest.Size - file.Length)), patience.Token);
                if (read == 0)
                {
                    throw new ManagerAwayException("the manager ended the package early");
                }

                await file.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
                await file.FlushAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ManagerAwayException($"the package stopped on its way: {e.Message}", e);
        }
    }
}
