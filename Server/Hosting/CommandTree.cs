using System.CommandLine;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Hosting.Updates;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Verbs;

namespace CopyTrack.Server.Hosting;

/// <summary>What every verb gets: the configuration and where it writes.</summary>
internal sealed record VerbContext(IConfiguration Configuration, TextWriter Output, TextWriter Error)
{
    /// <summary>The settings of the command line, as arguments for another process of this program.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The publisher's keys of this program.</summary>
    public Func<ReleaseKeys> Keys { get; init; } = ReleaseKeys.BuiltIn;

    /// <summary>The output as bytes, for what is written as UTF-8.</summary>
    public Stream Stream { get; } = ReferenceEquals(Output, Console.Out) ? Console.OpenStandardOutput() : new WriterStream(Output);
}

/// <summary>The verbs with their arguments, each wired to its class.</summary>
internal static class CommandTree
{
    /// <summary>The whole tree; without a verb it serves.</summary>
    public static RootCommand Build(VerbContext context)
    {
        var root = new RootCommand("Copy tracking and walk-up control. Settings: --Section:Key=value, copytrack.json, COPYTRACK__Section__Key.");
        root.SetAction((_, ct) => ServeVerb.RunAsync(context, ct));
        root.Add(Plain("serve", "Runs the server", ct => ServeVerb.RunAsync(context, ct)));
        root.Add(UpdateCommands.Supervise(context));
        root.Add(UpdateCommands.Check(context));
        root.Add(Demo(context));
        root.Add(Plain("migrate", "Brings the database to this version", ct => MigrateVerb.RunAsync(context.Configuration, context.Output, ct)));
        root.Add(SetupCode(context));
        root.Add(new Command("secrets", "Secrets of the installation")
        {
            Plain("init", "Makes the folder of secrets", _ => SecretsInitVerb.RunAsync(context.Configuration, context.Output, context.Error, TimeProvider.System)),
            Plain("rotate", "Makes a new hash key and tells what still needs the old ones", ct => WithAsync<SecretVerbs>(context, verbs => verbs.RotateAsync(context.Output, ct), ct)),
            Retire(context),
        });
        root.Add(new Command("token", "API tokens") { Token(context) });
        root.Add(new Command("terminal", "Walk-up terminals") { EnrolCode(context), Revoke(context), Configure(context) });
        root.Add(new Command("card", "Card numbers") { CardRuleVerb.Create(context.Output, context.Error) });
        root.Add(new Command("user", "People")
        {
            Named("activation-code", "username", "Prints a code with which a person registers a card", (name, ct) =>
                WithAsync<CodeVerbs>(context, verbs => verbs.ActivationAsync(name, context.Output, context.Error, ct), ct)),
            Named("pin", "username", "Makes a PIN for a person and prints it once", (name, ct) =>
                WithAsync<CodeVerbs>(context, verbs => verbs.PinAsync(name, context.Output, context.Error, ct), ct)),
        });
        root.Add(new Command("device", "Devices")
        {
            DeviceCredential(context),
            ChargingCommands.AtZero(context),
            ProbeVerb.Create(context.Output, context.Error, TimeProvider.System, () => ServerSettings.LoadProfiles(context.Configuration)),
            DiscoverVerb.Create(context.Output, context.Error, TimeProvider.System, () => ServerSettings.LoadProfiles(context.Configuration)),
        });
        root.Add(DirectoryCommands.Create(context));
        root.Add(WebhookCommands.Create(context));
        root.Add(ChargingCommands.Price(context));
        root.Add(ChargingCommands.Quota(context));
        root.Add(ChargingCommands.Licence(context));
        root.Add(new Command("fleet", "Metering by agents") { FleetReceiveVerb.Create(Console.OpenStandardInput, context.Error) });
        root.Add(UpdateCommands.Update(context));
        root.Add(Import(context));
        root.Add(ReportVerb.Create(ct => OpenExistingAsync(context, ct), context.Stream, context.Error));
        root.Add(AuditVerb.Create(ct => OpenExistingAsync(context, ct), context.Stream, context.Error));
        return root;
    }

    private static Command Demo(VerbContext context)
    {
        var fresh = new Option<bool>("--fresh") { Description = "Begin anew: what an earlier demo kept is deleted" };
        var command = new Command("demo", "Runs a small simulated office on this machine alone") { fresh };
        command.SetAction((parsed, ct) => DemoVerb.RunAsync(context.Configuration, parsed.GetValue(fresh), context.Output, context.Error, ct));
        return command;
    }

    private static Command Import(VerbContext context)
    {
        var import = new Command("import", "Imports a CSV file");
        foreach (var kind in ImportVerb.Kinds)
        {
            var file = new Argument<string>("file") { Description = "The file (UTF-8, with a header line)" };
            var strict = new Option<bool>("--strict") { Description = "Take nothing unless all lines are good" };
            var dryRun = new Option<bool>("--dry-run") { Description = "Change nothing" };
            var command = new Command(kind, $"Imports {kind}") { file, strict, dryRun };
            command.SetAction((parsed, ct) => WithAsync<ImportVerb>(
                context, verb => verb.RunAsync(kind, parsed.GetValue(file)!, parsed.GetValue(strict), parsed.GetValue(dryRun), context.Output, context.Error, ct), ct));
            import.Add(command);
        }

        return import;
    }

    private static Command Token(VerbContext context)
    {
        var role = new Option<string>("--role") { Required = true, Description = string.Join(", ", CodeVerbs.Roles) };
        var scope = new Option<string[]>("--scope") { Description = "organisation=…, site=…, department=…, project=…, dealer=… or customer=…; several times for all that each gives" };
        var days = new Option<int?>("--days") { Description = "Days until it ends; for ever when not given" };
        var create = new Command("create", "Prints an API token once") { role, scope, days };
        create.SetAction((parsed, ct) => WithAsync<CodeVerbs>(
            context, verbs => verbs.TokenAsync(parsed.GetValue(role)!, parsed.GetValue(scope) ?? [], parsed.GetValue(days), context.Output, ct), ct));
        return create;
    }

    private static Command EnrolCode(VerbContext context)
    {
        var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne, Description = "Name of the terminal" };
        var device = new Option<string?>("--device") { Description = "Name of the device that it stands beside" };
        var model = new Option<string?>("--model") { Description = "Model of the terminal" };
        var file = new Option<string?>("--file") { Description = "A CSV file with the columns name, device, model" };
        var command = new Command("enrol-code", "Prints a one-time enrolment code") { name, device, model, file };
        command.SetAction((parsed, ct) => (parsed.GetValue(file), parsed.GetValue(name), parsed.GetValue(device)) switch
        {
            ({ } path, null, null) => WithAsync<TerminalVerbs>(context, verbs => verbs.EnrolFileAsync(path, context.Output, context.Error, ct), ct),
            (null, { } terminal, { } beside) => WithAsync<TerminalVerbs>(
                context, verbs => verbs.EnrolAsync(terminal, beside, parsed.GetValue(model), context.Output, context.Error, ct), ct),
            _ => throw new UsageException("terminal enrol-code: needs a name and --device, or --file alone"),
        });
        return command;
    }

    private static Command Revoke(VerbContext context) => Named("revoke", "id", "Revokes a terminal's certificate and cuts its connection", (id, ct) =>
        WithAsync<TerminalVerbs>(context, verbs => verbs.RevokeAsync(id, context.Error, ct), ct));

    private static Command SetupCode(VerbContext context)
    {
        var another = new Option<bool>("--another") { Description = "Also when there is an administrator: for one more" };
        var command = new Command("setup-code", "Prints the one-time code for the first administrator") { another };
        command.SetAction((parsed, ct) => WithAsync<CodeVerbs>(context, verbs => verbs.SetupAsync(parsed.GetValue(another), context.Output, context.Error, ct), ct));
        return command;
    }

    private static Command Retire(VerbContext context)
    {
        var key = new Argument<string>("key") { Description = "Id of the hash key" };
        var force = new Option<bool>("--force") { Description = "Also when cards or PINs still need it" };
        var command = new Command("retire", "Ends an old hash key") { key, force };
        command.SetAction((parsed, ct) => WithAsync<SecretVerbs>(
            context, verbs => verbs.RetireAsync(parsed.GetValue(key)!, parsed.GetValue(force), context.Output, context.Error, ct), ct));
        return command;
    }

    private static Command DeviceCredential(VerbContext context)
    {
        var name = new Argument<string>("name") { Description = "Name of the device" };
        var revoke = new Option<bool>("--revoke") { Description = "Revokes the secret and makes none" };
        var command = new Command("credential", "Makes and prints the secret with which a device sends receipts") { name, revoke };
        command.SetAction((parsed, ct) => WithAsync<CodeVerbs>(
            context, verbs => verbs.CredentialAsync(parsed.GetValue(name)!, parsed.GetValue(revoke), context.Output, context.Error, ct), ct));
        return command;
    }

    private static Command Configure(VerbContext context)
    {
        var id = new Argument<string>("id") { Description = "Id of the terminal" };
        var rules = new Option<string?>("--card-rules") { Arity = ArgumentArity.ZeroOrOne, Description = "Its own card-number rules; empty: the site's" };
        var methods = new Option<string?>("--login-methods") { Arity = ArgumentArity.ZeroOrOne, Description = "Its own login methods, ; between; empty: the site's" };
        var command = new Command("configure", "Sets what one terminal does otherwise than the site") { id, rules, methods };
        command.SetAction((parsed, ct) => WithAsync<TerminalVerbs>(
            context, verbs => verbs.ConfigureAsync(parsed.GetValue(id)!, Given(parsed, rules), Given(parsed, methods), context.Error, ct), ct));
        return command;

        // Given without a value means empty, not given means null.
        static string? Given(ParseResult parsed, Option<string?> option) => parsed.GetResult(option) is null ? null : parsed.GetValue(option) ?? "";
    }

    /// <summary>A verb without arguments.</summary>
    internal static Command Plain(string name, string description, Func<CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        command.SetAction((_, ct) => run(ct));
        return command;
    }

    /// <summary>A verb with one argument.</summary>
    internal static Command Named(string verb, string argument, string description, Func<string, CancellationToken, Task<int>> run)
    {
        var name = new Argument<string>(argument);
        var command = new Command(verb, description) { name };
        command.SetAction((parsed, ct) => run(parsed.GetValue(name)!, ct));
        return command;
    }

    private static async Task<IServiceProvider> OpenExistingAsync(VerbContext context, CancellationToken cancellationToken) =>
        await VerbServices.OpenExistingAsync(context.Configuration, cancellationToken);

    /// <summary>Opens the services, runs a verb on them, and closes them.</summary>
    internal static async Task<int> WithAsync<T>(VerbContext context, Func<T, Task<int>> run, CancellationToken cancellationToken)
    {
        await using var services = await VerbServices.OpenAsync(context.Configuration, cancellationToken);
        return await run(ActivatorUtilities.CreateInstance<T>(services));
    }

    /// <summary>As <see cref="WithAsync"/>, for a verb that only reads and would show an empty database as a good one.</summary>
    internal static async Task<int> ReadWithAsync<T>(VerbContext context, Func<T, Task<int>> run, CancellationToken cancellationToken)
    {
        await using var services = await VerbServices.OpenExistingAsync(context.Configuration, cancellationToken);
        return await run(ActivatorUtilities.CreateInstance<T>(services));
    }
}
