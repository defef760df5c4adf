using System.CommandLine;
using CopyTrack.Server.Verbs;

namespace CopyTrack.Server.Hosting;

/// <summary>The verbs about directories.</summary>
internal static class DirectoryCommands
{
    /// <summary><c>directory ...</c>.</summary>
    public static Command Create(VerbContext context) => new("directory", "Directories that people are replicated from")
    {
        CommandTree.Plain("list", "Shows the directories and their last runs", ct => With(context, verbs => verbs.ListAsync(context.Output, ct), ct)),
        CommandTree.Named("check", "name", "Connects and shows what the first entries would become; changes nothing", (name, ct) =>
            With(context, verbs => verbs.CheckAsync(name, context.Output, context.Error, ct), ct)),
        CommandTree.Named("password", "name", "Keeps the password of the reading account, from standard input, sealed", (name, ct) =>
            With(context, verbs => verbs.PasswordAsync(name, Console.In, context.Error, ct), ct)),
        Replicate(context),
    };

    private static Command Replicate(VerbContext context)
    {
        var name = new Argument<string>("name") { Description = "Name of the directory" };
        var full = new Option<bool>("--full") { Description = "List everything, not only what changed" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show who comes (+), changes (~) and goes (-), and change nobody" };
        var allow = new Option<bool>("--allow-removal") { Description = "Deactivate people even when they are more than the limits allow; after a look at a dry run" };
        var command = new Command("replicate", "Replicates people from a directory") { name, full, dryRun, allow };
        command.SetAction((parsed, ct) => With(
            context,
            verbs => verbs.ReplicateAsync(parsed.GetValue(name)!, parsed.GetValue(full), parsed.GetValue(dryRun), parsed.GetValue(allow), context.Output, context.Error, ct), ct));
        return command;
    }

    private static Task<int> With(VerbContext context, Func<DirectoryVerbs, Task<int>> run, CancellationToken cancellationToken) =>
        CommandTree.WithAsync(context, run, cancellationToken);
}
