using System.Globalization;
using CopyTrack.MfpSimulator;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Enrolment;
using CopyTrack.Server.Gateway;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using CopyTrack.Terminal.Protocol.Messages;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>The whole server on the loopback with a simulated office around it.</summary>
internal sealed class DemoServer(ServerSettings settings, TextWriter output)
{
    private static readonly TimeSpan Status = TimeSpan.FromSeconds(30), Keep = TimeSpan.FromSeconds(2);
    private readonly DemoNews news = new(output, TimeProvider.System);

    /// <summary>Runs until Ctrl-C, SIGTERM or <paramref name="cancellationToken"/>. Throws what <see cref="ServerHost.StartAsync"/> throws when it can't start.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var app = ServerHost.Build(settings, Watch);
        await DataServices.MigrateAsync(app.Services, cancellationToken);
        await DataServices.ResumeClockAsync(app.Services, cancellationToken);
        await SecretsServices.VerifyAsync(app.Services, cancellationToken);
        using var simulator = new Simulator(TimeProvider.System);
        var machines = DemoMachine.AddAll(simulator);
        var counters = new DemoCounters(settings.Data.Directory);
        counters.Restore(machines);
        var preparation = ActivatorUtilities.CreateInstance<DemoPreparation>(app.Services);
        await preparation.FillAsync([.. machines.Select(m => m.Mfp.EndPoint!.Port)], cancellationToken);
        if (!counters.Known)
        {
            await WritePastAsync(app.Services, machines, cancellationToken);
            counters.Keep(machines);
        }

        // Their clocks since power-on begin anew with the simulation, so the copiers must have been switched on with it.
        foreach (var machine in machines)
        {
            machine.Mfp.PowerCycle(TimeSpan.FromMilliseconds(200));
        }

        await ServerHost.StartAsync(app, cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        using var leaving = new CancellationTokenSource();
        try
        {
            Welcome(app.Services.GetRequiredService<HttpsEndpoint>().Port, await preparation.AdministratorAsync(ending.Token));
            news.Know(await DevicesAsync(app.Services, ending.Token), await PeopleAsync(app.Services, ending.Token));
            var terminals = await ConnectAsync(app.Services, machines, leaving.Token);
            await Task.WhenAll(
                new DemoOffice(simulator, machines, news).RunAsync(ending.Token), StatusAsync(app.Services, machines, ending.Token), KeepAsync(counters, machines, ending.Token));
            await leaving.CancelAsync();
            await terminals;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await leaving.CancelAsync();
        }

        news.Say("", "The demo ends. What it wrote stays in " + settings.Data.Directory + "; start it with --fresh for a new office.");
        await app.StopAsync(CancellationToken.None);
        counters.Keep(machines);
    }

    private void Watch(WebApplicationBuilder builder)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var journal = builder.Services.Last(d => d.ServiceType == typeof(IDeviceJournal)).ImplementationFactory!;
        builder.Services.Replace(ServiceDescriptor.Singleton<IDeviceJournal>(p => new DemoJournal((IDeviceJournal)journal(p), news)));
    }

    private void Welcome(int port, string password) => news.Say(
        "CopyTrack demo: an office of 6 copiers and 40 people. Everything is simulated and stays on this machine.",
        "",
        string.Create(CultureInfo.InvariantCulture, $"open https://localhost:{port}/"),
        $"sign in as {DemoPreparation.Administrator} with the password {password}",
        "(the browser warns once: the certificate comes from the demo's own CA)",
        "",
        "What to look at:",
        "  Sessions   who stands at which copier now; a badge opens a session, a badge or the key ends it",
        "  Devices    six makers, six ways of counting pages, one set of columns",
        "  Reports    pages by person, department and project; 'coverage' shows that every page on the meters has an owner or a cause",
        $"  copytrack audit --Data:Directory={Path.GetFullPath(settings.Data.Directory)}     checks the ledger against the raw meter readings (in another window)",
        "  Ctrl-C ends it",
        "");

    private async Task WritePastAsync(IServiceProvider services, DemoMachine[] machines, CancellationToken cancellationToken)
    {
        news.Say("Writing four weeks of history, a few seconds ...");
        var history = ActivatorUtilities.CreateInstance<DemoHistory>(services);
        var people = (await PeopleAsync(services, cancellationToken)).ToDictionary(p => DemoSite.People.First(d => d.DisplayName == p.Value).UserName, p => p.Key);
        var projects = new List<long>();
        foreach (var (code, _) in DemoSite.Projects)
        {
            projects.Add((await services.GetRequiredService<ProjectRepository>().FindAsync(OrganisationRepository.DefaultId, code, cancellationToken))!.Id);
        }

        var places = new List<DemoPlace>();
        foreach (var machine in machines)
        {
            var row = await EnsureTerminalAsync(services, machine, cancellationToken);
            places.Add(new DemoPlace(row.DeviceId, row.Id, people, projects));
        }

        await Task.WhenAll(machines.Select((machine, i) => Task.Run(() => history.WriteAsync(machine, i, places[i], cancellationToken), cancellationToken)));
    }

    private static async Task<TerminalRow> EnsureTerminalAsync(IServiceProvider services, DemoMachine machine, CancellationToken cancellationToken)
    {
        var device = await services.GetRequiredService<DeviceRepository>().FindAsync(OrganisationRepository.DefaultId, machine.Copier.Name, cancellationToken);
        return await services.GetRequiredService<TerminalRepository>()
            .EnsureAsync(OrganisationRepository.DefaultId, machine.Copier.Name + "-terminal", device!.Id, "Simulated terminal", "demo", cancellationToken);
    }

    private async Task<Task> ConnectAsync(IServiceProvider services, DemoMachine[] machines, CancellationToken cancellationToken)
    {
        var codes = services.GetRequiredService<IEnrolmentCodes>();
        var running = new List<Task>();
        foreach (var machine in machines)
        {
            var row = await EnsureTerminalAsync(services, machine, cancellationToken);
            var code = await codes.CreateAsync(row.Id, cancellationToken);
            var identity = await DemoEnrolment.EnrolAsync(services.GetRequiredService<HttpsEndpoint>().Port, code!, cancellationToken);
            var terminal = new DemoTerminal(row.Name, machine.Copier.Color, identity, machine.Panel);
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            running.Add(terminal.RunAsync(services.GetRequiredService<ITerminalEndpoint>().Port, hello => ConnectedAsync(terminal, hello, first), cancellationToken));
            await first.Task.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
            machine.Terminal = terminal;
        }

        news.Tell(string.Create(CultureInfo.InvariantCulture, $"{machines.Length} terminals have enrolled and connected; people come in"));
        return Task.WhenAll(running);
    }

    /// <summary>A session that an earlier run left open ends: its person is long gone.</summary>
    private static async Task ConnectedAsync(DemoTerminal terminal, HelloResult hello, TaskCompletionSource first)
    {
        if (hello.Session is { } left)
        {
            await terminal.AskAsync(new LogoutRequest(left.Session, "error"), CancellationToken.None);
        }

        first.TrySetResult();
    }

    private async Task StatusAsync(IServiceProvider services, DemoMachine[] machines, CancellationToken cancellationToken)
    {
        var reports = services.GetRequiredService<ReportService>();
        while (true)
        {
            await Task.Delay(Status, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            var report = await reports.BuildAsync(
                new ReportRequest("coverage", ReportPeriod.ThisMonth(settings.Site.Zone, DateTimeOffset.UtcNow), ReportScope.Everything), CancellationToken.None);
            await foreach (var _ in report.Rows)
            {
                // The totals are there once the rows have been read.
            }

            var totals = report.Columns.Zip(report.Totals()).ToDictionary(c => c.First.Name, c => c.Second);
            news.Tell(string.Create(
                CultureInfo.InvariantCulture,
                $"-- this month: {totals["metered"]} on the meters, {totals["attributed"]} with a person, the rest with a cause, {totals["unexplained"]} unexplained; {machines.Count(m => m.Place.CurrentCount == 0)} people at copiers now"));
        }
    }

    private static async Task KeepAsync(DemoCounters counters, DemoMachine[] machines, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            counters.Keep(machines);
            await Task.Delay(Keep, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<IReadOnlyDictionary<long, string>> DevicesAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var names = new Dictionary<long, string>();
        foreach (var copier in DemoSite.Copiers)
        {
            names[(await services.GetRequiredService<DeviceRepository>().FindAsync(OrganisationRepository.DefaultId, copier.Name, cancellationToken))!.Id] = copier.Name;
        }

        return names;
    }

    private static async Task<IReadOnlyDictionary<long, string>> PeopleAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var names = new Dictionary<long, string>();
        foreach (var person in DemoSite.People)
        {
            names[(await services.GetRequiredService<PersonRepository>().FindAsync(OrganisationRepository.DefaultId, person.UserName, cancellationToken))!.Id] = person.DisplayName;
        }

        return names;
    }
}
