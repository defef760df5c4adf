using System.Collections.Immutable;
using System.Net;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Rights;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Fleet.Updates;
using CopyTrack.Server.Hosting.Updates;
using CopyTrack.Server.Kerberos;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.WalkUp;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using CopyTrack.Server.Webhooks;

namespace CopyTrack.Server.Hosting;

/// <summary>All settings of the program, checked. docs/operations.md lists every key with its default and the reason for it.</summary>
internal sealed record ServerSettings
{
    /// <summary>Where data is kept.</summary>
    public required DataOptions Data { get; init; }

    /// <summary>Where the secrets are: <c>Secrets:Directory</c>, else <c>secrets</c> inside the data directory; made by itself on the embedded database only.</summary>
    public required SecretsOptions Secrets { get; init; }

    /// <summary><c>Https:Port</c>; 0 means any free one.</summary>
    public required int HttpsPort { get; init; }

    /// <summary><c>Https:CertificateFile</c> and <c>Https:KeyFile</c>: the operator's own certificate for HTTPS (PEM).</summary>
    public string? CertificateFile { get; init; }

    /// <summary>See <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary><c>Https:BehindProxy</c>: a proxy stands before us, so a loopback address proves nothing.</summary>
    public bool BehindProxy { get; init; }

    /// <summary>True to listen on 127.0.0.1 alone; the demo's way, no setting.</summary>
    public bool LoopbackOnly { get; init; }

    /// <summary><c>Terminals:Port</c>; 0 means any free one.</summary>
    public required int TerminalsPort { get; init; }

    /// <summary>Times of sessions.</summary>
    public required SessionOptions Sessions { get; init; }

    /// <summary>Reading of devices.</summary>
    public required PollingOptions Polling { get; init; }

    /// <summary><c>Profiles:Directory</c>: the operator's own meter profiles, else <c>profiles</c> inside the data directory.</summary>
    public required string ProfilesDirectory { get; init; }

    /// <summary>Terminals and rights.</summary>
    public required TerminalPolicy Terminals { get; init; }

    /// <summary>Logins through Kerberos; null without <c>Kerberos:Realm</c>.</summary>
    public KerberosOptions? Kerberos { get; init; }

    /// <summary>The web.</summary>
    public required WebOptions Web { get; init; }

    /// <summary>Lock-out.</summary>
    public required LockoutOptions Lockout { get; init; }

    /// <summary>Time zone and prices.</summary>
    public required SiteSettings Site { get; init; }

    /// <summary>How much of a limit is set aside at once.</summary>
    public ChargingOptions Charging { get; init; } = new();

    /// <summary>Where the licence is.</summary>
    public LicenceOptions Licence { get; init; } = new(null, null);

    /// <summary>Directories that people are replicated from.</summary>
    public ImmutableArray<DirectoryOptions> Directories { get; init; } = [];

    /// <summary>What devices send.</summary>
    public ReceiptOptions Receipts { get; init; } = new();

    /// <summary>The agent inside the server; null without.</summary>
    public HostedAgentOptions? LocalAgent { get; init; }

    /// <summary>Alert rules.</summary>
    public AlertOptions Alerts { get; init; } = new();

    /// <summary>Fleet metering by agents.</summary>
    public FleetOptions Fleet { get; init; } = new();

    /// <summary>Events sent to others.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>Updates of this program.</summary>
    public UpdateOptions Updates { get; init; } = new();

    /// <summary>Reports, their files and their mails.</summary>
    public ReportOptions Reports { get; init; } = new();

    /// <summary>All settings for pages, secrets masked.</summary>
    public SettingsInForce InForce { get; init; } = new([]);

    /// <summary>Reads and checks everything; throws <see cref="ConfigurationFault"/>.</summary>
    public static ServerSettings From(IConfiguration configuration)
    {
        var read = new SettingReader(configuration);
        var data = Storage(read);
        ImmutableArray<string> names = [.. List(read.Text("Https:Names", null) ?? "")];
        var settings = new ServerSettings
        {
            Data = data,
            Secrets = new SecretsOptions
            {
                Directory = read.Text("Secrets:Directory", null) ?? Path.Combine(data.Directory, "secrets"),
                CreateWhenMissing = data.GetDialect() == Dialect.Sqlite,
                ServerNames = names,
            },
            HttpsPort = read.Number("Https:Port", 8443, 0, 65535),
            CertificateFile = read.Text("Https:CertificateFile", null),
            KeyFile = read.Text("Https:KeyFile", null),
            BehindProxy = read.Flag("Https:BehindProxy", false),
            TerminalsPort = read.Number("Terminals:Port", 7443, 0, 65535),
            Polling = Polled(read),
            ProfilesDirectory = Profiles(read, data),
            Sessions = Times(read),
            Terminals = Panel(read),
            Kerberos = KerberosSettings.Read(read),
            Lockout = Locked(read),
            Receipts = new ReceiptOptions { PerSecond = read.Number("Receipts:PerSecond", new ReceiptOptions().PerSecond, 1, 10_000) },
            Web = WebSettings.Read(read),
            Site = new SiteSettings(Zone(read), Prices(read)),
            Directories = DirectorySettings.Read(read),
            Charging = Held(read),
            Licence = new LicenceOptions(read.Text("Licence:File", null), read.Text("Licence:PublisherKeyFile", null)),
            Alerts = new AlertOptions { Every = read.Seconds("Alerts:RoundSeconds", new AlertOptions().Every, 5, 3600), History = TimeSpan.FromDays(read.Number("Alerts:HistoryDays", 731, 1, 3660)) },
            Fleet = Metered(read),
            LocalAgent = HostedAgentOptions.Read(read),
            Webhooks = WebhookSettings.Read(read),
            Updates = UpdateSettings.Read(read, data),
        };
        settings = settings with { Reports = ReportSettings.Read(read, settings.Site) };
        if (settings.CertificateFile is null != settings.KeyFile is null)
        {
            throw new ConfigurationFault("Https:CertificateFile", "needs Https:KeyFile beside it, and the other way round");
        }

        if (settings.Licence is { File: not null, PublisherKeyFile: null })
        {
            throw new ConfigurationFault("Licence:File", "needs Licence:PublisherKeyFile, the public key of whoever signed it");
        }

        read.RefuseUnknown("Data", "Https", "Terminals", "Sessions", "Polling", "Profiles", "Lockout", "Rights", "Charging", "Site", "Secrets", "Kerberos", "Directories", "Web", "Receipts", "Licence", "Fleet", "Webhooks", "Reports", "Mail", "Alerts", "Updates");
        return settings with { InForce = SettingsInForceReader.Of(read.Asked, configuration) };
    }

    /// <summary>The meter profiles of a configuration, for verbs that need nothing else of it; throws <see cref="ConfigurationFault"/>.</summary>
    public static ProfileLibrary LoadProfiles(IConfiguration configuration)
    {
        var read = new SettingReader(configuration);
        return LoadProfiles(Profiles(read, Storage(read)));
    }

    /// <summary>The program's meter profiles with the operator's; throws <see cref="ConfigurationFault"/> that names file, line and reason.</summary>
    public ProfileLibrary LoadProfiles() => LoadProfiles(ProfilesDirectory);

    private static ProfileLibrary LoadProfiles(string directory)
    {
        try
        {
            return ProfileFolder.Load(directory);
        }
        catch (Exception e) when (e is ProfileFormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFault("Profiles:Directory", e.Message);
        }
    }

    private static string Profiles(SettingReader read, DataOptions data) => read.Text("Profiles:Directory", null) ?? Path.Combine(data.Directory, "profiles");

    /// <summary>Name of this process among the nodes on the database: another one after each start, so that what an earlier one left is seen as left.</summary>
    private static string Node { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    internal static DataOptions Storage(SettingReader read)
    {
        var provider = read.Text("Data:Provider", "sqlite")!;
        var connection = read.Text("Data:ConnectionString", null);
        return provider is not ("sqlite" or "postgres") ? throw new ConfigurationFault("Data:Provider", $"'{provider}' is neither sqlite nor postgres")
            : provider == "postgres" && connection is null ? throw new ConfigurationFault("Data:ConnectionString", "is needed with Data:Provider=postgres")
            : new DataOptions { Directory = read.Text("Data:Directory", "./data")!, Provider = provider, ConnectionString = connection, Node = Node, ClaimLength = new PollingOptions().Lease };
    }

    private static PollingOptions Polled(SettingReader read) => new()
    {
        Idle = read.Seconds("Polling:IdleSeconds", TimeSpan.FromSeconds(60), 1, 86400),
        Inventory = read.Seconds("Polling:InventorySeconds", TimeSpan.FromMinutes(15), 0, 604800),
        SupplyLowPercent = read.Number("Polling:SupplyLowPercent", new PollingOptions().SupplyLowPercent, 0, 100),
        NameKept = read.Seconds("Polling:NameSeconds", TimeSpan.FromMinutes(5), 10, 86400),
    };

    private static FleetOptions Metered(SettingReader read) => new()
    {
        Stale = TimeSpan.FromMinutes(read.Number("Fleet:StaleMinutes", 180, 5, 43_200)),
        GapWait = TimeSpan.FromMinutes(read.Number("Fleet:GapMinutes", 15, 0, 10_080)),
        Maildir = read.Text("Fleet:Maildir", null),
        MaildirEvery = read.Seconds("Fleet:MaildirSeconds", new FleetOptions().MaildirEvery, 1, 3600),
        HttpPort = read.Text("Fleet:HttpPort", null) is null ? null : read.Number("Fleet:HttpPort", 0, 0, 65535),
        TrustedProxies = [.. List(read.Text("Fleet:TrustedProxies", null) ?? "").Select(Network)],
        MaxDevices = read.Number("Fleet:MaxDevices", new FleetOptions().MaxDevices, 1, 1_000_000),
    };

    private static IPNetwork Network(string text) => IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new ConfigurationFault("Fleet:TrustedProxies", $"'{text}' is neither an address nor a network such as 10.0.0.0/8");

    private static SessionOptions Times(SettingReader read)
    {
        var d = new SessionOptions();
        return d with
        {
            Idle = read.Seconds("Sessions:IdleSeconds", d.Idle, 5, 3600),
            Max = TimeSpan.FromMinutes(read.Number("Sessions:MaxMinutes", 120, 1, 1440)),
            Watch = read.Seconds("Sessions:WatchSeconds", d.Watch, 1, 60),
            Handover = read.Seconds("Sessions:HandoverSeconds", d.Handover, 0, 60),
            Strict = read.Flag("Sessions:Strict", false),
            Settle = read.Seconds("Polling:SettleSeconds", d.Settle, 1, 300),
            IdlePoll = read.Seconds("Polling:IdleSeconds", d.IdlePoll, 1, 86400),
        };
    }

    private static TerminalPolicy Panel(SettingReader read)
    {
        var d = new TerminalPolicy();
        return d with
        {
            HeartbeatSeconds = read.Number("Terminals:HeartbeatSeconds", d.HeartbeatSeconds, 2, 600),
            LoginMethods = read.Text("Terminals:LoginMethods", null) is { } methods ? [.. List(methods).Select(Method)] : d.LoginMethods,
            CardRules = read.Text("Terminals:CardRules", null) is { } rules ? Rules(rules) : d.CardRules,
            OfflineHours = read.Number("Terminals:OfflineHours", 0, 0, 168),
            DefaultFunctions = read.Text("Rights:DefaultFunctions", null) is { } functions ? Functions("Rights:DefaultFunctions", functions) : d.DefaultFunctions,
            GroupFunctions = read.Section("Rights:Groups").ToImmutableDictionary(g => NameFolding.Fold(g.Name), g => Functions($"Rights:Groups:{g.Name}", g.Value)),
            CableColorAllowed = read.Text("Rights:CableColor", "deny") switch
            {
                "allow" => true,
                "deny" => false,
                var other => throw new ConfigurationFault("Rights:CableColor", $"'{other}' is neither allow nor deny"),
            },
        };
    }

    private static LockoutOptions Locked(SettingReader read)
    {
        var d = new LockoutOptions();
        return d with
        {
            Attempts = read.Number("Lockout:Attempts", d.Attempts, 1, 1000),
            Window = read.Seconds("Lockout:WindowSeconds", d.Window, 1, 86400),
            PersonLock = read.Seconds("Lockout:Seconds", d.PersonLock, 1, 86400),
            TerminalAttempts = read.Number("Lockout:TerminalAttempts", d.TerminalAttempts, 1, 1000),
            TerminalLock = read.Seconds("Lockout:TerminalSeconds", d.TerminalLock, 1, 3600),
        };
    }

    private static TimeZoneInfo Zone(SettingReader read)
    {
        if (read.Text("Site:TimeZone", null) is not { } name)
        {
            return TimeZoneInfo.Local;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone
            : throw new ConfigurationFault("Site:TimeZone", $"'{name}' is not a time zone of this machine, such as Europe/Berlin");
    }

    private static PriceList Prices(SettingReader read) => new(
        read.Text("Charging:Currency", "EUR")!, read.Micros("Charging:Mono"), read.Micros("Charging:Color"), read.Micros("Charging:LargeSurcharge"),
        read.Micros("Charging:Scan"), read.Micros("Charging:Fax"), read.Micros("Charging:Sheet"));

    private static ChargingOptions Held(SettingReader read)
    {
        var d = new ChargingOptions();
        return d with
        {
            Step = read.Micros("Charging:HoldStep") is > 0 and var step ? step : d.Step,
            Job = read.Micros("Charging:HoldJob") is > 0 and var job ? job : d.Job,
            JobTime = TimeSpan.FromMinutes(read.Number("Charging:HoldMinutes", (int)d.JobTime.TotalMinutes, 1, 1440)),
        };
    }

    private static LoginMethod Method(string name) => LoginMethods.Parse(name)
        ?? throw new ConfigurationFault("Terminals:LoginMethods", $"'{name}' is none of card, pin, card+pin, password, smartcard");

    private static CardRule Rules(string text) => CardRule.Parse(text) switch
    {
        CardRuleOutcome.Good good => good.Rule,
        CardRuleOutcome.Fault fault => throw new ConfigurationFault("Terminals:CardRules", $"{fault.Message} (at character {fault.Position + 1})"),
        _ => throw new InvalidOperationException("a rule outcome without a case"),
    };

    private static DeviceFunctions Functions(string key, string text) => FunctionNames.TryParse(text, out var functions, out var unknown)
        ? functions
        : throw new ConfigurationFault(key, $"'{unknown}' is none of copy, copyColor, scan, fax, print");

    private static IEnumerable<string> List(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
