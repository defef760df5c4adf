using System.CommandLine;
using CopyTrack.Server.Verbs;

namespace CopyTrack.Server.Hosting;

/// <summary>The verbs about webhooks.</summary>
internal static class WebhookCommands
{
    /// <summary><c>webhook ...</c>.</summary>
    public static Command Create(VerbContext context) => new("webhook", "Addresses that are told of events")
    {
        CommandTree.Plain("list", "Shows the webhooks and how they stand", ct => CommandTree.ReadWithAsync<WebhookVerbs>(context, verbs => verbs.ListAsync(context.Output, ct), ct)),
        Put(context),
        CommandTree.Named("delete", "name", "Deletes a webhook", (name, ct) => With(context, verbs => verbs.DeleteAsync(name, context.Error, ct), ct)),
        CommandTree.Named("secret", "name", "Makes another secret and prints it once; the one of before signs too for a day", (name, ct) => With(context, verbs => verbs.SecretAsync(name, context.Output, context.Error, ct), ct)),
        CommandTree.Named("resume", "name", "Ends the pause of a webhook that failed for too long", (name, ct) => With(context, verbs => verbs.ResumeAsync(name, context.Error, ct), ct)),
        CommandTree.Named("test", "name", "Has a running server send a test event", (name, ct) => With(context, verbs => verbs.TestAsync(name, context.Output, context.Error, ct), ct)),
        CommandTree.Named("log", "name", "Shows the newest events and their tries", (name, ct) => With(context, verbs => verbs.LogAsync(name, context.Output, context.Error, ct), ct)),
    };

    private static Command Put(VerbContext context)
    {
        var name = new Argument<string>("name") { Description = "Name of the webhook" };
        var address = new Option<string?>("--address") { Description = "Where events are sent, https://..." };
        var events = new Option<string?>("--events") { Description = "session.settled, alert, panel.bypass, supply.low; ; between" };
        var names = new Option<bool?>("--user-names") { Description = "true: events name people" };
        var enabled = new Option<bool?>("--enabled") { Description = "false: nothing is sent" };
        var command = new Command("put", "Adds a webhook and prints its secret once, or changes one") { name, address, events, names, enabled };
        command.SetAction((parsed, ct) => With(
            context, verbs => verbs.PutAsync(parsed.GetValue(name)!, parsed.GetValue(address), parsed.GetValue(events), parsed.GetValue(names), parsed.GetValue(enabled), context.Output, context.Error, ct), ct));
        return command;
    }

    private static Task<int> With(VerbContext context, Func<WebhookVerbs, Task<int>> run, CancellationToken cancellationToken) => CommandTree.WithAsync(context, run, cancellationToken);
}
