using System.CommandLine;
using CopyTrack.Server.Verbs;

namespace CopyTrack.Server.Hosting;

/// <summary>The verbs about prices, limits and the licence.</summary>
internal static class ChargingCommands
{
    /// <summary><c>price ...</c>.</summary>
    public static Command Price(VerbContext context) => new("price", "Price lists")
    {
        CommandTree.Plain("list", "Prints the price lists, one JSON object a line", ct => CommandTree.ReadWithAsync<ChargingVerbs>(context, verbs => verbs.PricesAsync(context.Output, ct), ct)),
        Put(context),
        CommandTree.Named("delete", "name", "Deletes a price list; what was booked keeps its cost", (name, ct) => With(context, verbs => verbs.DeletePriceAsync(name, context.Error, ct), ct)),
    };

    /// <summary><c>quota ...</c>.</summary>
    public static Command Quota(VerbContext context) => new("quota", "Limits of what may be spent")
    {
        CommandTree.Plain("list", "Prints the limits with what was spent, one JSON object a line", ct => CommandTree.ReadWithAsync<ChargingVerbs>(context, verbs => verbs.QuotasAsync(context.Output, ct), ct)),
        Set(context),
    };

    /// <summary><c>device at-zero</c>.</summary>
    public static Command AtZero(VerbContext context)
    {
        var name = new Argument<string>("name") { Description = "Name of the device" };
        var word = new Argument<string?>("what") { Arity = ArgumentArity.ZeroOrOne, Description = "finish (the job ends, the next login is refused) or lock (the panel is locked within seconds); shown when not given" };
        var command = new Command("at-zero", "Sets what happens at a device when a limit is used up") { name, word };
        command.SetAction((parsed, ct) => With(context, verbs => verbs.AtZeroAsync(parsed.GetValue(name)!, parsed.GetValue(word), context.Output, context.Error, ct), ct));
        return command;
    }

    /// <summary><c>licence show</c>.</summary>
    public static Command Licence(VerbContext context) => new("licence", "The licence of copy tracking")
    {
        CommandTree.Plain("show", "Prints how copy tracking is licensed; status 1 while it is not", ct => With(context, verbs => verbs.LicenceAsync(context.Output), ct)),
    };

    private static Command Put(VerbContext context)
    {
        var name = new Argument<string>("name") { Description = "Name of the list" };
        Option<string?> from = new("--from") { Description = "First day, or a time; now when not given" }, until = new("--until") { Description = "Day (or time) on which it holds no longer" };
        Option<string?> mono = new("--mono") { Description = "Amount for an impression in black" }, color = new("--color") { Description = "The same in colour" };
        Option<string?> large = new("--large") { Description = "Surcharge for large paper" }, sheet = new("--sheet") { Description = "Amount for a sheet" };
        Option<string?> scan = new("--scan") { Description = "Amount for a scan" }, fax = new("--fax") { Description = "Amount for a fax page" };
        Option<string?> devices = new("--devices") { Description = "Names of devices, ; between; all when neither devices nor sites are given" }, sites = new("--sites") { Description = "Names of sites, ; between" };
        Option<string?> groups = new("--groups") { Description = "Groups of people, ; between; all when not given" };
        var command = new Command("put", "Adds or replaces a price list") { name, from, until, mono, color, large, sheet, scan, fax, devices, sites, groups };
        command.SetAction((parsed, ct) => With(context, verbs => verbs.PutPriceAsync(
            parsed.GetValue(name)!,
            new PriceWords(
                parsed.GetValue(from), parsed.GetValue(until), parsed.GetValue(mono), parsed.GetValue(color), parsed.GetValue(large), parsed.GetValue(sheet), parsed.GetValue(scan), parsed.GetValue(fax),
                parsed.GetValue(devices), parsed.GetValue(sites), parsed.GetValue(groups)),
            context.Output, ct), ct));
        return command;
    }

    private static Command Set(VerbContext context)
    {
        Argument<string> kind = new("kind") { Description = "user, department or project" }, name = new("name") { Description = "User name, department, or code of the project" };
        Option<string?> period = new("--period") { Description = "day, month, year or ever; month when not given" };
        Option<string?> soft = new("--soft") { Description = "Amount from which the panel warns" }, hard = new("--hard") { Description = "Amount at which copies are refused" };
        Option<string?> extra = new("--extra") { Description = "Credit paid in on top of both" };
        var command = new Command("set", "Sets a limit; without --soft and --hard it is taken away") { kind, name, period, soft, hard, extra };
        command.SetAction((parsed, ct) => With(context, verbs => verbs.SetQuotaAsync(
            parsed.GetValue(kind)!, parsed.GetValue(name)!, parsed.GetValue(period), (parsed.GetValue(soft), parsed.GetValue(hard), parsed.GetValue(extra)), context.Output, context.Error, ct), ct));
        return command;
    }

    private static Task<int> With(VerbContext context, Func<ChargingVerbs, Task<int>> run, CancellationToken cancellationToken) => CommandTree.WithAsync(context, run, cancellationToken);
}
