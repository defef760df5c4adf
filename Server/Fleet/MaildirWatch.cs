using CopyTrack.Accounting.Mail;

namespace CopyTrack.Server.Fleet;

/// <summary>
/// Takes mails out of a maildir (its folder <c>new</c>). A mail that was taken is deleted, one that was refused goes to <c>cur</c>, flagged, for the administrator to look at, and one that
/// can't be taken now stays. Several nodes may watch the same one: a message that is taken twice is taken once.
/// </summary>
internal sealed class MaildirWatch(MailIntake intake, FleetOptions options, TimeProvider time, ILogger<MaildirWatch> logger) : BackgroundService
{
    private const int MostAtOnce = 1000;
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

        // A name of a maildir begins with the time.
        var files = Directory.EnumerateFiles(fresh).Order(StringComparer.Ordinal).Take(MostAtOnce).ToList();
        var done = 0;
        foreach (var file in files)
        {
            try
            {
                if (!await OneAsync(folder, file, cancellationToken))
                {
                    return done;
                }

                done++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // One that can't be read, or that another node has just taken, must not hold up the others.
                Fail(file, e.Message);
            }
        }

        return done;
    }

    private async Task<bool> OneAsync(string folder, string file, CancellationToken cancellationToken)
    {
        var verdict = new FileInfo(file).Length > MimeReader.MostOctets
            ? await intake.RefuseAsync("a mail that is too long", cancellationToken) : await intake.TakeAsync(await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken);
        switch (verdict)
        {
            case MailVerdict.Taken:
                File.Delete(file);
                return true;
            case MailVerdict.Refused:
                var seen = Directory.CreateDirectory(Path.Combine(folder, "cur")).FullName;
                File.Move(file, Path.Combine(seen, Path.GetFileName(file) + ":2,F"), overwrite: true);
                return true;
            default:
                return false;
        }
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
