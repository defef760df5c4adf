using System.Collections.Immutable;
using CopyTrack.Terminal.Machine;

namespace CopyTrack.Terminal.Hosting;

/// <summary>Lines on standard error for the journal of the machine, with the priorities that systemd reads. No names of people, no secrets.</summary>
internal static class Log
{
    private static readonly ImmutableHashSet<string> Shown = ["reason", "code", "message", "session", "device", "text", "detail", "retryInMilliseconds", "retryAfterSeconds", "offline", "functions", "accepted"];
    private static readonly ImmutableHashSet<string> Warnings = ["connectFailed", "disconnected", "loginError", "panelFault", "uploadError", "registerError", "projectError", "cardError", "cardMisuse"];

    /// <summary>An event of the machine. What is shown on the panel (messages, displays, projects) is not logged.</summary>
    internal static void Event(string name, ImmutableArray<Fact> facts)
    {
        if (name is "message" or "display" or "projectRequired" or "project")
        {
            return;
        }
        var texts = facts.Where(fact => fact.Value is not null && Shown.Contains(fact.Name))
            .Select(fact => $"{fact.Name}={(fact.Value is ImmutableArray<string> list ? string.Join(',', list) : fact.Value)}");
        Line(Warnings.Contains(name) || facts.Any(fact => fact is { Name: "fault", Value: true }) ? 4 : 6, $"{name} {string.Join(' ', texts)}".TrimEnd());
    }

    /// <summary>Something is wrong, and the terminal goes on.</summary>
    internal static void Warning(string text) => Line(4, text);

    /// <summary>Something happened.</summary>
    internal static void Information(string text) => Line(6, text);

    private static void Line(int priority, string text) => Console.Error.WriteLine($"<{priority}>{text.ReplaceLineEndings(" ")}");
}
