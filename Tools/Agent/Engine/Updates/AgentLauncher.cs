using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Agent.Updates;

/// <summary>
/// Runs the version that counts: itself, another one that it becomes (the process stays the same), or one on trial beside which it stays until that has reported, or rolls it back. Every
/// step is kept on the disk before it is done, so that a process that is killed anywhere begins again where it was.
/// </summary>
public sealed class AgentLauncher
{
    private readonly AgentProgram _program;
    private readonly AgentSettings _settings;
    private readonly VersionFolder _folder;
    private readonly IAgentObserver _observer;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<string> _arguments;

    /// <summary>A launcher for <paramref name="arguments"/>, with which other versions are started too. Throws <see cref="AgentException"/> when the state folder can't be used.</summary>
    public AgentLauncher(AgentProgram program, AgentSettings settings, IReadOnlyList<string> arguments, IAgentObserver observer, TimeProvider time)
    {
        (_program, _settings, _arguments, _observer, _time) = (program, settings, arguments, observer, time);
        _folder = new VersionFolder(settings.State, program.Keys, program.FileName);
    }

    /// <summary>Runs until it is cancelled. <paramref name="own"/> runs this version and returns when it is cancelled or its updates want the switch.</summary>
    public async Task RunAsync(Func<AgentUpdates, CancellationToken, Task> own, CancellationToken cancellationToken)
    {
        if (_program.OnTrial)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var running = own(new AgentUpdates(_program, _settings, _observer, _time), ending.Token);
            await Task.WhenAny(running, InputEndsAsync());
            await ending.CancelAsync();
            await running;
            return;
        }

        while (!cancellationToken.IsCancellationRequested)
        {
            if (_folder.Book.Next(_program.Version) is not LaunchStep.Run and var step)
            {
                try
                {
                    await StepAsync(step, cancellationToken);
                    continue;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // Without its book nothing can be tried or rolled back; devices are read all the same.
                    _observer.Told($"update: {e.Message}; the installed version {_program.Version} runs");
                }
            }

            await own(new AgentUpdates(_program, _settings, _observer, _time), cancellationToken);
        }
    }

    private async Task StepAsync(LaunchStep step, CancellationToken cancellationToken)
    {
        var book = _folder.Book;
        switch (step)
        {
            case LaunchStep.GiveUp give:
                RollBack(give.Version, give.Reason);
                break;
            case LaunchStep.Try trial when !await _folder.IsWholeAsync(trial.Version, cancellationToken):
                RollBack(trial.Version, "its files are not those that were signed");
                break;
            case LaunchStep.Try trial:
                await TryAsync(trial.Version, cancellationToken);
                break;
            case LaunchStep.Become become when !await _folder.IsWholeAsync(become.Version, cancellationToken):
                _observer.Told($"update: the files of version {become.Version} are not those that were signed; the installed version {_program.Version} runs");
                _folder.Keep(book.Lost());
                break;
            case LaunchStep.Become become:
                if (!await ReplacedProcess.RunAsync(_folder.ProgramOf(become.Version), _arguments, cancellationToken) && !cancellationToken.IsCancellationRequested)
                {
                    _observer.Told($"update: version {become.Version} can't be started; the installed version {_program.Version} runs");
                    _folder.Keep(book.Lost());
                }

                break;
            default:
                throw new InvalidOperationException("a step that is none");
        }
    }

    /// <summary>Whoever watches the trial holds the other end of standard input; when it is gone, so is this process.</summary>
    private static async Task InputEndsAsync()
    {
        await Task.Yield();
        await using var input = Console.OpenStandardInput();
        var some = new byte[16];
        while (await input.ReadAsync(some) > 0)
        {
            // Nothing is ever said there.
        }
    }

    private async Task TryAsync(ReleaseVersion version, CancellationToken cancellationToken)
    {
        _folder.Keep(_folder.Book.Started());
        var outcome = await TrialProcess.RunAsync(
            _folder.ProgramOf(version), _arguments, version, () => _folder.Book.Current == version.ToString(), TimeSpan.FromSeconds(_settings.Updates.TrialSeconds), _time, cancellationToken);
        switch (outcome)
        {
            case TrialOutcome.Works:
                _observer.Told($"update: version {version} has reported and stays");
                break;
            case TrialOutcome.Cancelled:
                if (_folder.Book.Trial is not null)
                {
                    _folder.Keep(_folder.Book.Unstarted());
                }

                break;
            case TrialOutcome.Silent:
                RollBack(version, $"it did not report within {_settings.Updates.TrialSeconds} s");
                break;
            case TrialOutcome.NotStarted:
                RollBack(version, "it can't be started");
                break;
            case TrialOutcome.Ended:
                // The next look starts it again, or gives it up.
                _folder.Keep(_folder.Book.Ended());
                await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            default:
                throw new InvalidOperationException("an outcome that is none");
        }
    }

    private void RollBack(ReleaseVersion version, string reason)
    {
        _observer.Told($"update: version {version} is rolled back: {reason}");
        _folder.Keep(_folder.Book.GivenUp(reason, _time.GetUtcNow()));
    }
}
