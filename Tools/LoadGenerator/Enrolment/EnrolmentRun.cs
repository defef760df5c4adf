using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CopyTrack.LoadGenerator.Figures;

namespace CopyTrack.LoadGenerator.Enrolment;

/// <summary>Enrols every terminal of a file of codes; those whose certificate is kept already are left alone.</summary>
internal static class EnrolmentRun
{
    public static async Task RunAsync(Options options, CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync(options.Codes, cancellationToken);
        if (lines.Length == 0 || options.Https is not { } port)
        {
            throw new FormatException("enrol needs --https and a file of codes that is not empty.");
        }

        var folder = new KeyFolder(options.Keys);
        using var client = await EstClient.ConnectAsync(options.Host, port, Read(lines[0]).Fingerprint, cancellationToken);
        folder.SaveAuthority(client.Authority);
        var (watch, made) = (Stopwatch.StartNew(), 0);
        await System.Threading.Tasks.Parallel.ForEachAsync(
            lines.Select((line, number) => (line, number)),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken },
            async (item, ct) =>
            {
                if (folder.Has(item.number))
                {
                    return;
                }

                var (terminal, code, _) = Read(item.line);
                var (key, certificate) = await client.EnrolAsync(terminal, code, ct);
                using (key)
                using (certificate)
                {
                    folder.Save(item.number, key, certificate);
                }

                Interlocked.Increment(ref made);
            });
        FigureLine.Print("enrol", ("terminals", lines.Length), ("enrolled", made), ("seconds", watch.Elapsed.TotalSeconds), ("perSecond", made / watch.Elapsed.TotalSeconds));
    }

    private static (string Terminal, string Code, string Fingerprint) Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return (Convert.ToString(root.GetProperty("terminal").ToString(), CultureInfo.InvariantCulture), root.GetProperty("code").GetString()!, root.GetProperty("caFingerprint").GetString()!);
    }
}
