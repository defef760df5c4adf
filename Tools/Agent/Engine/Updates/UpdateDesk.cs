using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Agent.Updates;

/// <summary>What the owner can do about updates beside a running agent; both meet in the state folder.</summary>
public sealed class UpdateDesk
{
    private readonly AgentSettings _settings;
    private readonly AgentProgram _program;
    private readonly VersionFolder _folder;
    private readonly TimeProvider _time;

    /// <summary>Throws <see cref="AgentException"/> when the state folder can't be used.</summary>
    public UpdateDesk(AgentSettings settings, AgentProgram program, TimeProvider time)
    {
        (_settings, _program, _time) = (settings, program, time);
        _folder = new VersionFolder(settings.State, program.Keys, program.FileName);
    }

    /// <summary>Lines about versions: what is installed, what runs in its place, what is on trial, what failed.</summary>
    public IEnumerable<string> Status()
    {
        var book = _folder.Book;
        yield return $"installed: {_program.Version} for {_program.Platform}{(_program.Keys.Any ? "" : ", without a release key: it takes no updates")}";
        yield return $"runs: {book.Current ?? _program.Version.ToString()}";
        yield return $"never again below: {book.Floor ?? "-"}";
        yield return $"updates: {_settings.Updates.Mode}";
        if (book.Trial is { } trial)
        {
            yield return $"on trial: {trial.Version}, started {trial.Starts} times";
        }

        foreach (var failed in book.Failed)
        {
            yield return $"rolled back: {failed.Version}, {failed.Times} times, last at {FleetTime.Text(failed.At)}: {failed.Reason}";
        }
    }

    /// <summary>Has a version installed when the manager offers it, or when its package was brought.</summary>
    public void Accept(ReleaseVersion version) => _folder.Accept(version);

    /// <summary>Checks a package that the owner brought as a file, puts it in place, and has it tried. Throws <see cref="FleetFormatException"/> naming what is wrong, <see cref="AgentException"/> when the file can't be read.</summary>
    public async Task<ReleaseVersion> BringAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var package = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            var (manifest, signed) = await PackageReader.ReadHeadAsync(package, _program.Keys, cancellationToken);
            if (manifest.Product != PackageManifest.Agent || manifest.Platform != _program.Platform)
            {
                throw new FleetFormatException($"the package is for {manifest.Product} on {manifest.Platform}");
            }

            if (_folder.Book.Refusal(manifest.Version, _program.Version, _time.GetUtcNow(), TimeSpan.Zero) is { } refusal)
            {
                throw new FleetFormatException(refusal);
            }

            var version = await _folder.StageAsync(package, signed, cancellationToken);
            _folder.Accept(version);
            return version;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException($"{file} can't be taken: {e.Message}", e);
        }
    }
}
