using System.Globalization;
using System.Text;

namespace CopyTrack.Terminal.Simulation;

/// <summary>One command of a script: a closed set. <see cref="Word"/> names it in answers.</summary>
internal abstract record ScriptCommand(string Word)
{
    internal sealed record Card(string Number) : ScriptCommand("card") { protected override bool PrintMembers(StringBuilder builder) => false; }

    internal sealed record Pin(string Digits) : ScriptCommand("pin") { protected override bool PrintMembers(StringBuilder builder) => false; }

    internal sealed record CardAndPin(string Number, string Digits) : ScriptCommand("card+pin") { protected override bool PrintMembers(StringBuilder builder) => false; }

    internal sealed record Password(string Name, string Secret) : ScriptCommand("password") { protected override bool PrintMembers(StringBuilder builder) => false; }

    internal sealed record SmartCard() : ScriptCommand("smartcard");

    internal sealed record SmartCardOut() : ScriptCommand("smartcard-out");

    internal sealed record Activity() : ScriptCommand("activity");

    internal sealed record Logout() : ScriptCommand("logout");

    internal sealed record Project(string Code) : ScriptCommand("project");

    internal sealed record Projects(string Query) : ScriptCommand("projects");

    internal sealed record Register(string Number, string Code) : ScriptCommand("register") { protected override bool PrintMembers(StringBuilder builder) => false; }

    internal sealed record Disconnect() : ScriptCommand("disconnect");

    internal sealed record Reconnect() : ScriptCommand("reconnect");

    internal sealed record Wait(string What, TimeSpan AtMost) : ScriptCommand("wait");

    internal sealed record Sleep(TimeSpan Time) : ScriptCommand("sleep");

    internal sealed record Status() : ScriptCommand("status");

    internal sealed record Quit() : ScriptCommand("quit");

    /// <summary>The command in a line; null for an empty line or a comment (<c>#</c>), and a reason when it can't be read.</summary>
    internal static (ScriptCommand? Command, string? Fault) Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0 || words[0].StartsWith('#'))
        {
            return (null, null);
        }
        var rest = line.Trim()[words[0].Length..].Trim();
        return (words[0], words.Length) switch
        {
            ("card", 2) => (new Card(words[1]), null),
            ("pin", 2) => (new Pin(words[1]), null),
            ("card+pin", 3) => (new CardAndPin(words[1], words[2]), null),
            ("password", >= 3) => (new Password(words[1], rest[words[1].Length..].Trim()), null),
            ("smartcard", 1) => (new SmartCard(), null),
            ("smartcard-out", 1) => (new SmartCardOut(), null),
            ("activity", 1) => (new Activity(), null),
            ("logout", 1) => (new Logout(), null),
            ("project", 2) => (new Project(words[1]), null),
            ("projects", _) => (new Projects(rest), null),
            ("register", 3) => (new Register(words[1], words[2]), null),
            ("disconnect", 1) => (new Disconnect(), null),
            ("reconnect", 1) => (new Reconnect(), null),
            ("wait", 2) => (new Wait(words[1], TimeSpan.FromSeconds(10)), null),
            ("wait", 3) when Duration(words[2]) is { } most => (new Wait(words[1], most), null),
            ("sleep", 2) when Duration(words[1]) is { } time => (new Sleep(time), null),
            ("status", 1) => (new Status(), null),
            ("quit", 1) => (new Quit(), null),
            _ => (null, $"the command {words[0]} is unknown or lacks something"),
        };
    }

    /// <summary><c>250ms</c>, <c>5s</c> or <c>2m</c>, up to a day; null for anything else.</summary>
    private static TimeSpan? Duration(string text)
    {
        var (number, unit) = text switch
        {
            [.. var digits, 'm', 's'] => (digits, TimeSpan.FromMilliseconds(1)),
            [.. var digits, 's'] => (digits, TimeSpan.FromSeconds(1)),
            [.. var digits, 'm'] => (digits, TimeSpan.FromMinutes(1)),
            _ => ("", TimeSpan.Zero),
        };
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * unit <= TimeSpan.FromDays(1) ? value * unit : null;
    }
}
