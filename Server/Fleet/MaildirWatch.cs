using CopyTrack.Accounting.Mail;

namespace CopyTrack.Server.Fleet;

/// <summary>
/// Takes mails out of a maildir (its folder <c>new</c>). A mail that was taken is deleted, one that was refused goes to <c>cur</c>, flagged, for the administrator to look at, and one that
/// can't be taken now stays, while those behind it go on. Of the refused ones only the newest are kept. Several nodes may watch the same one: a message that is taken twice is taken once.
/// </summary>
internal sealed class MaildirWatch(MailIntake intake, FleetOptions options, TimeProvider time, ILogger<MaildirWatch> logger) : BackgroundService
{
    /// <summary>Refused mails that are kept, and their octets.</summary>
    internal const int MostRefused = 500;

    private const int MostAtOnce = 1000, MostWaiting = 50_000;
    private const long MostRefusedOctets = 64 * 1024 * 1024;
    private const string Flag = ":2,F";

    /// <summary>A mail whose agent has too much waiting is looked at again after this.</summary>
    private static readonly TimeSpan s_again = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, DateTimeOffset> _waiting = new(StringComparer.Ordinal);
    private bool _failed;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Maildir is not { } folder)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.MaildirEvery, time);
        try
        {
            do
            {
                try
                {
                    _failed &= await RoundAsync(folder, stoppingToken) == 0;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // One failed round must not end all the next ones; it is told once until one is good.
                    Fail(folder, e.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Takes what is there, the oldest first; gives how many mails were done with.</summary>
    internal async Task<int> RoundAsync(string folder, CancellationToken cancellationToken)
    {
        var fresh = Path.Combine(folder, "new");
        if (Directory.Exists(folder) && !Directory.Exists(fresh))
        {
            // Mail servers make it with the first mail.
            return 0;
        }

        var now = time.GetUtcNow();
        foreach (var (name, _) in _waiting.Where(w => w.Value <= now).ToList())
        {
            _waiting.Remove(name);
        }

        // A name of a maildir begins with the time.
        var files = Directory.EnumerateFiles(fresh).Where(f => !_waiting.ContainsKey(f)).Order(StringComparer.Ordinal).Take(MostAtOnce).ToList();
        var (done, refused) = (0, false);
        foreach (var file in files)
        {
            try
            {
                var verdict = await OneAsync(folder, file, cancellationToken);
                if (verdict == MailVerdict.Away)
                {
                    break;
                }

                refused |= verdict == MailVerdict.Refused;
                if (verdict != MailVerdict.Later)
                {
                    done++;
                }
                else if (_waiting.Count < MostWaiting)
                {
                    // One agent's full inbox holds up its own mails alone.
                    _waiting[file] = now + s_again;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // One that can't be read, or that another node has just taken, must not hold up the others.
                Fail(file, e.Message);
            }
        }

        if (refused)
        {
            Prune(Path.Combine(folder, "cur"));
        }

        return done;
    }

    /// <summary>Forgets the oldest of the refused mails: strangers must not fill the disk.</summary>
    private static void Prune(string seen)
    {
        var octets = 0L;
        foreach (var (file, nth) in new DirectoryInfo(seen).EnumerateFiles("*" + Flag).OrderByDescending(f => f.Name, StringComparer.Ordinal).Select((f, n) => (f, n)))
        {
            octets += file.Length;
            if (nth >= MostRefused || octets > MostRefusedOctets)
            {
                file.Delete();
            }
        }
    }

    private async Task<MailVerdict> OneAsync(string folder, string file, CancellationToken cancellationToken)
    {
        var verdict = new FileInfo(file).Length > MimeReader.MostOctets
            ? await intake.RefuseAsync(MailFaults.TextOf(MailFaults.Long)!, cancellationToken) : await intake.TakeAsync(await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken);
        if (verdict == MailVerdict.Taken)
        {
            File.Delete(file);
        }
        else if (verdict == MailVerdict.Refused)
        {
            var seen = Directory.CreateDirectory(Path.Combine(folder, "cur")).FullName;
            File.Move(file, Path.Combine(seen, Path.GetFileName(file) + Flag), overwrite: true);
        }

        return verdict;
    }

    private void Fail(string what, string reason)
    {
        if (!_failed)
        {
            _failed = true;
            logger.MaildirFailed(what, reason);
        }
    }
}
