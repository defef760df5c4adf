using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Api;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Observability;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Reports;
using CopyTrack.Server.WalkUp;
using CopyTrack.Server.Webhooks;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Api;

/// <summary>The small office behind a real Kestrel on a free loopback port.</summary>
internal abstract class SiteFixture(Db db) : OfficeFixture(db)
{
    private WebApplication? _app;

    protected Uri Address { get; private set; } = new("http://localhost");

    protected IServiceProvider Services => _app!.Services;

    protected List<string> Locked { get; } = [];

    protected FakeReads Reads { get; } = new();

    protected string Administrator { get; private set; } = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ApiServices).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        IServiceCollection services = builder.Services;
        services.AddRoutingCore();
        services.AddSingleton(Database).AddSingleton(Ids).AddSingleton(TimeProvider.System).AddSingleton(Journal);
        services.AddSingleton(Options);
        services.AddSingleton(DataServices.Outbox(Database, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
        services.AddSingleton<IHashKeys>(new Keys()).AddSingleton<ISecretSealer>(new PlainSealer());
        services.TryAddSingleton<PersonRepository>();
        services.TryAddSingleton<DeviceRepository>();
        services.TryAddSingleton<InventoryRepository>();
        services.TryAddSingleton<ProjectRepository>();
        services.TryAddSingleton<OrganisationRepository>();
        services.TryAddSingleton<AuditLog>();
        services.TryAddSingleton<TokenRepository>();
        services.TryAddSingleton<CardRepository>();
        services.TryAddSingleton<AccountRepository>();
        services.AddSingleton<ICertificateAuthority>(new NoAuthority());
        services.TryAddSingleton<TerminalRepository>();
        services.AddSingleton<IWalkUpControl>(new Panels(Locked)).AddSingleton<ITerminalRevocation>(new Panels(Locked));
        services.AddSingleton(CopyTrack.Accounting.Profiles.ProfileLibrary.BuiltIn).AddSingleton<CopyTrack.Server.Polling.Discoveries>().AddSingleton<CopyTrack.Server.Polling.IDeviceReads>(Reads);
        services.AddSingleton<CopyTrack.Accounting.Snmp.ISnmpClient>(_ => new CopyTrack.Accounting.Snmp.Transport.UdpSnmpClient(TimeProvider.System, new CopyTrack.Accounting.Snmp.Transport.SnmpClientOptions()));
        services.AddSingleton(_ => new CopyTrack.Server.Polling.HostNames(System.Net.Dns.GetHostAddressesAsync, new CopyTrack.Server.Polling.PollingOptions(), TimeProvider.System)).AddSingleton<CopyTrack.Server.Polling.DeviceLooks>();
        services.AddCharging(ReportOptions.Prices, new LicenceOptions(null, null));
        services.AddImports().AddDirectories(Directories).AddReports(ReportOptions).AddFleetLists(new FleetOptions()).AddAlerts(new AlertOptions()).AddWebhooks(Webhooks).AddApi().AddObservability(new ObservabilityOptions());
        services.AddSingleton(DataServices.Receipts(Database, Ids)).AddSingleton<ReceiptRepository>().AddSingleton<AccountNames>().AddSingleton<DeviceAttempts>().AddSingleton<TerminalCertificateRepository>();
        services.AddSingleton<WalkUpRepository>().AddSingleton(new ReceiptOptions()).AddSingleton<RefusedMessages>().AddSingleton<DeviceGate>().AddSingleton<ReceiptDesk>();
        services.AddSingleton<IReceiptBooking>(new NoBooking());
        services.AddSingleton<IJobAllowance>(new NoLimits()).AddSingleton<JobAuthorization>().AddSingleton(new TerminalPolicy());
        services.AddSingleton(new DecisionContexts(TimeProvider.System, new CopyTrack.Accounting.Sessions.SessionOptions(), new SiteSettings(TimeZoneInfo.Utc, ReportOptions.Prices), new OfflineTerminals(), "test"));
        AddMore(services);
        _app = builder.Build();
        _app.UseRouting();
        MapMore(_app);
        _app.MapApi().MapObservability();
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into terminal (id, org_id, name, name_folded, device_id, created_at, updated_at) values ('t1', 1, 'hall reader', 'hall reader', @Hall, 0, 0)", new { Hall }), default);
        Administrator = await TokenAsync(Roles.Administrator);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    protected virtual System.Collections.Immutable.ImmutableArray<CopyTrack.Server.Directories.DirectoryOptions> Directories => [];

    protected WebhookOptions Webhooks { get; set; } = new();

    protected virtual void AddMore(IServiceCollection services)
    {
    }

    protected virtual void MapMore(WebApplication app)
    {
    }

    protected async Task<string> TokenAsync(string role, string? scope = null, TimeSpan? lifetime = null)
    {
        string token = MachineSecret.Generate(MachineSecret.TokenPrefix);
        await Services.GetRequiredService<TokenRepository>().AddAsync(MachineSecret.Hash(token, MachineSecret.TokenPrefix)!, role, scope, lifetime, "test", default);
        return token;
    }

    protected async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(HttpMethod method, string path, object? body = null, string? token = null)
    {
        using HttpClient client = new() { BaseAddress = Address };
        using HttpRequestMessage request = new(method, path);
        request.Content = body switch { null => null, HttpContent content => content, _ => JsonContent.Create(body) };
        request.Headers.Authorization = token == "" ? null : new AuthenticationHeaderValue("Bearer", token ?? Administrator);
        using HttpResponseMessage response = await client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 || text[0] is not ('{' or '[') ? default : JsonDocument.Parse(text).RootElement.Clone());
    }

    /// <summary>Keeps what device attic said of itself, and that its toner was replaced.</summary>
    protected Task InventoryOfAtticAsync()
    {
        DateTimeOffset at = new(2026, 4, 1, 9, 0, 0, TimeSpan.Zero);
        ProbeReport report = new()
        {
            Identity = new DeviceIdentity("Invented", "X1", "INV1", "attic", null, null, null, null, "1.0"), Status = new DeviceStatus("running", "idle", [], "ready"),
            Supplies = [new Supply("1.1", "Black", "toner", "black", 90, "exact", 100, "percent", 90)],
        };
        return new InventoryRepository(Database, Ids).StoreAsync(
            Attic, new InventoryRow { ReadAt = at, Report = report.ToJson() }, null, [new InventoryChangeRow { At = at, Kind = (int)InventoryChangeKind.Supply, Subject = "Black", Before = "10 %", After = "90 %" }], [], [new DayLevel("supply", "1.1", 90)], default);
    }

    protected async Task<JsonElement> GetAsync(string path, string? token = null)
    {
        (HttpStatusCode status, JsonElement body) = await CallAsync(HttpMethod.Get, path, token: token);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        return body;
    }

    private sealed class NoBooking : IReceiptBooking
    {
        public void Wake(long deviceId, DateTimeOffset now)
        {
        }
    }

    private sealed class NoLimits : IJobAllowance
    {
        public Task<JobAllowance> AskAsync(JobQuestion question, CancellationToken cancellationToken) => Task.FromResult(JobAllowance.Unlimited);
    }

    private sealed class Keys : IHashKeys
    {
        public KeyRing Current { get; } = new([KeyRing.Generate("k1", DateTimeOffset.UnixEpoch)], DateTimeOffset.UtcNow);
    }

    private sealed class NoAuthority : ICertificateAuthority
    {
        public System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate => throw new NotSupportedException("a site of tests has no CA");

        public string Fingerprint => new('0', 64);

        public System.Security.Cryptography.X509Certificates.X509Certificate2 Issue(string terminalId, System.Security.Cryptography.X509Certificates.PublicKey publicKey, DateTimeOffset now) => Certificate;
    }

    private sealed class PlainSealer : ISecretSealer
    {
        public byte[] Seal(string text) => System.Text.Encoding.UTF8.GetBytes(text);

        public string Open(ReadOnlySpan<byte> sealedText) => System.Text.Encoding.UTF8.GetString(sealedText);
    }

    /// <summary>Stands for the poller: says what it is told to.</summary>
    internal sealed class FakeReads : CopyTrack.Server.Polling.IDeviceReads
    {
        public CopyTrack.Server.Polling.DeviceReadNow Answer { get; set; } = new(new CopyTrack.Server.Polling.ReadNow.Failed("no answer"), "no answer");

        public List<long> Asked { get; } = [];

        public Task<CopyTrack.Server.Polling.DeviceReadNow> NowAsync(long deviceId, CancellationToken cancellationToken)
        {
            Asked.Add(deviceId);
            return Task.FromResult(Answer);
        }
    }

    private sealed class Panels(List<string> locked) : IWalkUpControl, ITerminalRevocation
    {
        public Task<bool> LockAsync(string terminalId, CancellationToken cancellationToken)
        {
            locked.Add(terminalId);
            return Task.FromResult(true);
        }

        public Task<bool> RevokeAsync(string terminalId, string actor, CancellationToken cancellationToken)
        {
            locked.Add("revoked " + terminalId);
            return Task.FromResult(true);
        }
    }
}
