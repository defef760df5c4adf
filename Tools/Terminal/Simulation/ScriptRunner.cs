using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Terminal.Hosting;
using CopyTrack.Terminal.Machine;

namespace CopyTrack.Terminal.Simulation;

/// <summary>Reads commands line by line, gives them to the machine one after the other and answers each with one JSON line.</summary>
internal sealed class ScriptRunner(Func<TerminalInput, bool> post, EventLines lines, EventWatch watch, TimeProvider time, Action<string> readSmartCard)
{
    private const int MaxLine = 4096;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(bool Good, ImmutableArray<Fact> Facts)>> waiting = new(StringComparer.Ordinal);
    private int number;

    /// <summary>The machine answered the command with this tag.</summary>
    internal void Answered(string tag, bool good, ImmutableArray<Fact> facts)
    {
        if (waiting.TryRemove(tag, out var source))
        {
            source.TrySetResult((good, facts));
        }
    }

    /// <summary>Runs until <c>quit</c> or the end of the input; true for <c>quit</c>.</summary>
    internal async Task<bool> RunAsync(TextReader input, CancellationToken cancellationToken)
    {
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            var (command, fault) = line.Length > MaxLine ? (null, "the line is too long") : ScriptCommand.Parse(line);
            if (fault is not null)
            {
                Answer("?", false, [new("message", fault)]);
            }
            if (command is ScriptCommand.Quit)
            {
                Answer(command.Word, true, []);
                return true;
            }
            if (command is not null)
            {
                await RunAsync(command, cancellationToken);
            }
        }
        return false;
    }

    private async Task RunAsync(ScriptCommand command, CancellationToken cancellationToken)
    {
        switch (command)
        {
            case ScriptCommand.Sleep sleep:
                await Task.Delay(sleep.Time, time, cancellationToken);
                Answer(command.Word, true, []);
                return;
            case ScriptCommand.Wait wait:
                var came = await watch.WaitAsync(wait.What, wait.AtMost, time, cancellationToken);
                Answer(command.Word, came, [new("for", wait.What), .. came ? Array.Empty<Fact>() : [new("message", "the time passed")]]);
                return;
        }
        var tag = (++number).ToString(CultureInfo.InvariantCulture);
        var source = waiting[tag] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (command is ScriptCommand.SmartCard)
        {
            readSmartCard(tag);
        }
        else if (!post(InputOf(command, tag)))
        {
            Answer(command.Word, false, [new("message", "too much at once")]);
            return;
        }
        try
        {
            var (good, facts) = await source.Task.WaitAsync(AnswerTime, time, cancellationToken);
            Answer(command.Word, good, facts);
        }
        catch (TimeoutException)
        {
            Answer(command.Word, false, [new("message", "no answer")]);
        }
    }

    private static TerminalInput InputOf(ScriptCommand command, string tag) => command switch
    {
        ScriptCommand.Card card => new TerminalInput.CardShown(card.Number, tag),
        ScriptCommand.Pin pin => new TerminalInput.Typed(pin.Digits, tag),
        ScriptCommand.CardAndPin both => new TerminalInput.CardAndPinShown(both.Number, both.Digits, tag),
        ScriptCommand.Password typed => new TerminalInput.NameAndPassword(typed.Name, typed.Secret, tag),
        ScriptCommand.SmartCardOut => new TerminalInput.SmartCardGone(tag),
        ScriptCommand.Activity => new TerminalInput.Activity(tag),
        ScriptCommand.Logout => new TerminalInput.Logout("user", tag),
        ScriptCommand.Project project => new TerminalInput.ChooseProject(project.Code, tag),
        ScriptCommand.Projects projects => new TerminalInput.FindProjects(projects.Query, tag),
        ScriptCommand.Register register => new TerminalInput.Register(register.Number, register.Code, tag),
        ScriptCommand.Disconnect => new TerminalInput.Disconnect(tag),
        ScriptCommand.Reconnect => new TerminalInput.Reconnect(tag),
        _ => new TerminalInput.Status(tag),
    };

    private void Answer(string word, bool good, ImmutableArray<Fact> facts) => lines.Write("answer", word, [new("ok", good), .. facts]);
}
