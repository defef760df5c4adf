using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data;

/// <summary>A setting that administrators change while the server runs: a whole number between two bounds.</summary>
public sealed record LiveSetting(string Key, int Least, int Most);

/// <summary>
/// Settings as they hold now: what the configuration says, unless an administrator has changed it. A change is kept in the database, so that all nodes have it and a restart keeps it; each
/// node looks every few seconds (<see cref="LiveSettingsWatch"/>), and the one that changed it at once. Which settings can be changed so is decided here and nowhere else.
/// </summary>
public sealed class LiveSettings(IDatabase database, SettingRepository settings)
{
    /// <summary>Before the key in the table of settings.</summary>
    public const string Prefix = "Live:";

    private ImmutableDictionary<string, int> _changed = ImmutableDictionary<string, int>.Empty;

    /// <summary>All that can be changed while the server runs. Their bounds are those of the configuration.</summary>
    public static ImmutableArray<LiveSetting> All { get; } =
    [
        new("Web:IdleMinutes", 1, 1440), new("Web:SessionHours", 1, 24), new("Lockout:Attempts", 1, 1000), new("Lockout:WindowSeconds", 1, 86_400),
        new("Lockout:Seconds", 1, 86_400), new("Lockout:TerminalAttempts", 1, 1000), new("Lockout:TerminalSeconds", 1, 3600),
    ];

    /// <summary>The setting of a key that can be changed while the server runs; null for every other.</summary>
    public static LiveSetting? Find(string key) => All.FirstOrDefault(s => s.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>What an administrator has set; null where the configuration holds.</summary>
    public int? ChangedTo(string key) => _changed.TryGetValue(key, out var value) ? value : null;

    /// <summary>What holds now.</summary>
    public int Number(string key, int configured) => ChangedTo(key) ?? configured;

    /// <summary>What holds now of a time that its key counts in <paramref name="unit"/>.</summary>
    public TimeSpan Time(string key, TimeSpan unit, TimeSpan configured) => ChangedTo(key) is { } number ? unit * number : configured;

    /// <summary>Sets a value, or with null lets the configuration hold again; in the audit log with what was before. Throws <see cref="ArgumentOutOfRangeException"/> for a value out of bounds.</summary>
    public async Task SetAsync(LiveSetting setting, int? value, string actor, CancellationToken cancellationToken)
    {
        if (value is { } number)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, setting.Least);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(number, setting.Most);
        }

        await settings.SetAsync(Prefix + setting.Key, value?.ToString(CultureInfo.InvariantCulture), actor, cancellationToken);
        await LoadAsync(cancellationToken);
    }

    /// <summary>Takes over what the database says. A value that this program would not set (another version's) is left out.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (connection, ct) => connection.QueryAsync<Row>(new CommandDefinition(database.Sql["Setting_List"], new { from = Prefix, to = "Live;" }, cancellationToken: ct)), cancellationToken);
        _changed = rows.Select(r => (Setting: Find(r.Name[Prefix.Length..]), r.Value))
            .Where(r => r.Setting is { } s && int.TryParse(r.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= s.Least && n <= s.Most)
            .ToImmutableDictionary(r => r.Setting!.Key, r => int.Parse(r.Value, CultureInfo.InvariantCulture), StringComparer.OrdinalIgnoreCase);
    }

    private sealed record Row
    {
        public string Name { get; init; } = "";
        public string Value { get; init; } = "";
    }
}

/// <summary>Looks for changes that other nodes made.</summary>
internal sealed class LiveSettingsWatch(LiveSettings settings, TimeProvider time, ILogger<LiveSettingsWatch> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_pause, time);
        try
        {
            do
            {
                try
                {
                    await settings.LoadAsync(stoppingToken);
                }
                catch (StorageUnavailableException e)
                {
                    // What held before holds on.
                    logger.SettingsStay(e.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
