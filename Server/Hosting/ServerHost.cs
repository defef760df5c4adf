using System.Net;
using CopyTrack.Agent;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Api;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Enrolment;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Gateway;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Kerberos;
using CopyTrack.Server.Observability;
using CopyTrack.Server.Panels;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Soap;
using CopyTrack.Server.WalkUp;
using CopyTrack.Server.Web;
using CopyTrack.Server.Webhooks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace CopyTrack.Server.Hosting;

/// <summary>Puts the server together and brings it up: the one place that knows all folders.</summary>
internal static class ServerHost
{
    /// <summary>Builds the server; nothing is opened yet but the secrets folder. <paramref name="amend"/> may change what was put together.</summary>
    public static WebApplication Build(ServerSettings settings, Action<WebApplicationBuilder>? amend = null)
    {
        // OpenSSL takes from the C library what a connection needs; with many of them the gaps of many arenas cost more than the connections.
        ProcessMemory.LimitArenas(2);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(ServerHost).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders().AddSimpleConsole(o => (o.SingleLine, o.UseUtcTimestamp, o.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ssZ "))
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            // The framework writes under our class that somebody was sent to the sign-in.
            .AddFilter(typeof(Web.SignIn.SessionAuthentication).FullName, LogLevel.Warning)
            // What fails at the start is told in one line by the verb.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(10));
        Add(builder.Services, settings);
        amend?.Invoke(builder);
        var app = builder.Build();
        app.UseFleetFront();
        app.UseRouting();
        app.MapEnrolment();
        app.MapFleet();
        app.MapWeb();
        app.MapApi();
        app.MapSoap();
        app.MapObservability();
        return app;
    }

    /// <summary>Brings database and secrets up to date and starts to listen.</summary>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        await PrepareAsync(app, cancellationToken);
        await OpenAsync(app, cancellationToken);
    }

    /// <summary>Brings database and secrets up to date and reads what must be known before the first question; nothing listens yet. Gives the migrations that ran.</summary>
    public static async Task<IReadOnlyList<int>> PrepareAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var ran = await DataServices.MigrateAsync(app.Services, cancellationToken);
        await DataServices.ResumeClockAsync(app.Services, cancellationToken);
        await SecretsServices.VerifyAsync(app.Services, cancellationToken);
        if (app.Services.GetRequiredService<IDatabase>().Dialect == Dialect.Sqlite)
        {
            // One process serves an embedded database: what an earlier one had claimed is free, and every device is read at once.
            await app.Services.GetRequiredService<IPollingClaims>().ForgetAllAsync(null, cancellationToken);
        }

        await app.Services.GetRequiredService<PriceBooks>().LoadAsync(cancellationToken);
        await app.Services.GetRequiredService<DeviceCatalog>().LoadAsync(cancellationToken);
        await app.Services.GetRequiredService<OfflinePresence>().StartAsync(cancellationToken);
        return ran;
    }

    /// <summary>Starts to listen, and all that goes on beside.</summary>
    public static async Task OpenAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            // What has started already is ended in order.
            await app.StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>One line that names the key when a port is in use; null for any other fault.</summary>
    public static string? PortFault(ServerSettings settings, IOException fault) => fault.InnerException is not AddressInUseException ? null
        : (fault.Message.Contains($":{settings.TerminalsPort}:", StringComparison.Ordinal) ? "Terminals:Port: " : settings.Fleet.HttpPort is { } http && fault.Message.Contains(FormattableString.Invariant($":{http}:"), StringComparison.Ordinal) ? "Fleet:HttpPort: " : "Https:Port: ") + fault.Message;

    private static void Add(IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddData(settings.Data);
        services.AddSecrets(settings.Secrets);
        services.AddSingleton(p => new AuditKey(p.GetRequiredService<SecretFolder>().AuditKeyId, p.GetRequiredService<SecretFolder>().AuditKey));
        services.AddImports();
        services.AddDirectories(settings.Directories);
        services.AddReplicationSchedule();
        services.AddReports(settings.Reports);
        services.AddReportSchedules();
        services.AddCharging(settings.Site.Prices, settings.Licence, settings.Charging);
        services.AddPolling(settings.Polling, settings.LoadProfiles());
        var kerberos = new KerberosSite(settings.Kerberos);
        services.AddKerberos(settings.Kerberos, kerberos, settings.Terminals.LoginMethods);
        var terminals = settings.Terminals with { PasswordChecked = kerberos.PasswordOff is null, SmartCardChecked = kerberos.SmartCardOff is null };
        services.AddWalkUp(settings.Sessions, terminals, settings.Lockout, settings.Site, settings.Data.Node);
        services.AddReceipts(settings.Receipts);
        services.AddSoap();
        services.AddPanels();
        services.AddEnrolment();
        services.AddGateway(new GatewayOptions
        {
            Address = settings.LoopbackOnly ? IPAddress.Loopback : IPAddress.IPv6Any, Port = settings.TerminalsPort, HeartbeatSeconds = settings.Terminals.HeartbeatSeconds,
        });
        services.AddFleetLists(settings.Fleet);
        services.AddFleetIntake();
        services.AddAlerts(settings.Alerts);
        services.AddAlertRounds();
        services.AddWebhooks(settings.Webhooks);
        services.AddWebhookSending();
        services.AddApi();
        // The demo is seen by its own machine alone, and is there to be looked at.
        // Behind a proxy all come from one address, so that one says nothing.
        services.AddWeb(settings.Web with { SecondStep = !settings.LoopbackOnly, AddressTries = settings.BehindProxy ? 3000 : settings.Web.AddressTries });
        services.AddSingleton<IEnrolCodes, WebEnrolCodes>();
        services.AddSingleton(settings.InForce);
        services.AddObservability(new ObservabilityOptions(settings.BehindProxy));
        services.AddHostedService<StartupMemory>();
        if (settings.LocalAgent is { } agent)
        {
            services.AddSingleton(agent);
            services.AddHostedService<HostedAgent>();
        }

        services.AddSingleton<ITerminalRevocation, TerminalRevocation>();
        services.AddSingleton<HttpsEndpoint>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(p => p.GetRequiredService<HttpsEndpoint>());
        services.AddHostedService<NodeMessages>();
    }
}
