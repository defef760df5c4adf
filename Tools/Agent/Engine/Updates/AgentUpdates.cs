using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Agent.Updates;

/// <summary>
/// Asks the manager for updates, fetches what the publisher signed, and puts it in place; the switch itself is the launcher's. Nothing of what the manager says is believed but that a
/// package is there: signature, version, platform, length and hash are checked here, against the keys that are built in.
/// </summary>
public sealed class AgentUpdates
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2), FirstWait = TimeSpan.FromMinutes(1);

    private readonly AgentProgram _program;
    private readonly AgentUpdateSettings _settings;
    private readonly VersionFolder _folder;
    private readonly IAgentObserver _observer;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _switch = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (UpdateState State, string About, string Reason) _stand = (UpdateState.Running, "-", "-");
    private bool _confirmed;

    /// <summary>Throws <see cref="AgentException"/> when the state folder can't be used.</summary>
    public AgentUpdates(AgentProgram program, AgentSettings settings, IAgentObserver observer, TimeProvider time)
    {
        (_program, _settings, _observer, _time) = (program, settings.Updates, observer, time);
        _folder = new VersionFolder(settings.State, program.Keys, program.FileName);
        if (_folder.Book.Failed.LastOrDefault() is { } failed && !program.OnTrial)
        {
            _stand = (UpdateState.Failed, failed.Version, failed.Reason);
        }
    }

    /// <summary>Completes when another version waits to be tried: this process has to let go of everything.</summary>
    public Task Switch => _switch.Task;

    /// <summary>How it stands, for the owner.</summary>
    public UpdateStanding Standing => new(_program.Version, _settings.Mode, _stand.State, _stand.About, _stand.Reason);

    /// <summary>The owner has the version installed that waits for their word; it begins within seconds. False when another waits, or none.</summary>
    public bool Accept(string version)
    {
        if (_stand.State != UpdateState.Waiting || _stand.About != version || !ReleaseVersion.TryParse(version, out var wanted))
        {
            return false;
        }

        try
        {
            _folder.Accept(wanted);
            return true;
        }
        catch (IOException e)
        {
            _observer.Told($"update: your word can't be noted: {e.Message}");
            return false;
        }
    }

    /// <summary>
    /// Asks again and again until it is cancelled. <paramref name="works"/> is true once the devices have been read, <paramref name="mailed"/> once a mail server has taken a message of an agent
    /// that never reaches its manager otherwise: that is all that such a one can show.
    /// </summary>
    internal async Task RunAsync(ManagerLink link, AgentIdentity identity, Func<bool> works, Func<bool> mailed, CancellationToken cancellationToken)
    {
        // Not by the time of day: a clock that is put back by years must not put the next question off by years.
        var (asked, wait) = (_time.GetTimestamp(), _program.OnTrial ? TimeSpan.Zero : TimeSpan.FromSeconds(Random.Shared.NextDouble() * Math.Min(_settings.CheckSeconds, FirstWait.TotalSeconds)));
        while (true)
        {
            var accepted = _folder.Accepted;
            if (_program.OnTrial && !_confirmed ? works() : accepted is not null || (_settings.Mode != AgentUpdateSettings.Off && _time.GetElapsedTime(asked) >= wait))
            {
                (asked, wait) = (_time.GetTimestamp(), TimeSpan.FromSeconds(_settings.CheckSeconds));
                await OnceAsync(link, identity, accepted, cancellationToken);
                _observer.Rested();
            }

            if (_program.OnTrial && works() && mailed())
            {
                try
                {
                    Reported();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // Tried again in a moment; what can't be noted until the end of its time is rolled back.
                    _observer.Told($"update: {e.Message}");
                }
            }

            await Task.Delay(Look, _time, cancellationToken);
        }
    }

    /// <summary>One question, and what follows from its answer.</summary>
    internal async Task OnceAsync(ManagerLink link, AgentIdentity identity, ReleaseVersion? accepted, CancellationToken cancellationToken)
    {
        try
        {
            if (accepted is { } local && _folder.Has(local) && TryBegin(local))
            {
                return;
            }

            var offer = await link.UpdateAsync(identity, nonce => new UpdateReport(
                identity.Agent, nonce, _time.GetUtcNow(), _program.Version, _program.Platform, _settings.Mode == AgentUpdateSettings.Automatic ? "automatic" : "manual",
                _program.OnTrial && !_confirmed ? UpdateState.Trial : _stand.State, _stand.About, _stand.Reason), cancellationToken);
            Reported();
            if (!offer.IsEmpty)
            {
                await TakeAsync(link, identity, offer, accepted, cancellationToken);
            }
            else if (accepted is not null)
            {
                _observer.Told("update: the manager offers nothing");
                _folder.Forget();
            }
        }
        catch (Exception e) when (e is ManagerAwayException or FleetFormatException or IOException or UnauthorizedAccessException)
        {
            if (e is FleetFormatException)
            {
                _stand = (UpdateState.Failed, _stand.About, e.Message);
            }

            _observer.Told($"update: {e.Message}");
        }
    }

    /// <summary>The manager has answered this version, with its own key, about this moment: the version works.</summary>
    private void Reported()
    {
        if (!_confirmed)
        {
            var book = _folder.Book;
            _folder.Keep(_program.OnTrial && book.Trial?.Version == _program.Version.ToString() ? book.Confirmed(_program.Version) : book.Ran(_program.Version));
            _confirmed = true;
            if (!_program.OnTrial)
            {
                _folder.Clean(_program.Version, _folder.Accepted, _time.GetUtcNow());
            }
        }
    }

    private async Task TakeAsync(ManagerLink link, AgentIdentity identity, ReadOnlyMemory<byte> offer, ReleaseVersion? accepted, CancellationToken cancellationToken)
    {
        var manifest = PackageManifest.Read(offer, _program.Keys);
        var refusal = manifest.Product != PackageManifest.Agent || manifest.Platform != _program.Platform ? $"the package is for {manifest.Product} on {manifest.Platform}"
            : _folder.Book.Refusal(manifest.Version, _program.Version, _time.GetUtcNow(), TimeSpan.FromSeconds(_settings.PauseSeconds));
        var about = manifest.Version.ToString();
        if (refusal is not null)
        {
            if (_stand != (UpdateState.Failed, about, refusal))
            {
                _observer.Told($"update: {refusal}");
            }

            _stand = (UpdateState.Failed, about, refusal);
            return;
        }

        if (_settings.Mode != AgentUpdateSettings.Automatic && accepted != manifest.Version)
        {
            if (_stand != (UpdateState.Waiting, about, "-"))
            {
                _observer.Told($"update: version {about} is there; 'copytrack-agent update accept {about}' installs it");
            }

            _stand = (UpdateState.Waiting, about, "-");
            return;
        }

        _stand = (UpdateState.Fetching, about, "-");
        try
        {
            await using var archive = _folder.OpenPart(manifest.Hash);
            await ArchiveDownload.RunAsync(link, identity, manifest, archive, _time, cancellationToken);
            archive.Position = 0;
            await _folder.StageAsync(archive, offer, cancellationToken);
        }
        catch (FleetFormatException)
        {
            // What is not the signed archive is fetched from its beginning.
            _folder.DeletePart(manifest.Hash);
            throw;
        }

        _folder.DeletePart(manifest.Hash);
        TryBegin(manifest.Version);
    }

    private bool TryBegin(ReleaseVersion version)
    {
        var book = _folder.Book;
        _folder.Forget();
        if (book.Refusal(version, _program.Version, _time.GetUtcNow(), TimeSpan.FromSeconds(_settings.PauseSeconds)) is { } refusal)
        {
            _observer.Told($"update: {refusal}");
            return false;
        }

        _folder.Keep(book.Begun(version));
        _observer.Told($"update: version {version} is tried");
        _switch.TrySetResult();
        return true;
    }
}

/// <summary>How updates stand: the version that runs, the mode of the settings, and what is with another version (<c>-</c> for none).</summary>
public sealed record UpdateStanding(ReleaseVersion Version, string Mode, UpdateState State, string About, string Reason);
