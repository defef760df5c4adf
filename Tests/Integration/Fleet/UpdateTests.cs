using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Agent;
using CopyTrack.Integration.Demo;
using CopyTrack.Server.Data.Fleet;
using NUnit.Framework;

namespace CopyTrack.Integration.Fleet;

/// <summary>An agent as a real process is updated by a manager that only relays: to a good version, not to broken, forged, cut or old ones, and whenever it is killed.</summary>
[Parallelizable] // Its manager and agents are its own, and it waits most of the time.
internal sealed class UpdateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _lines = new();
    private RelayingServer _manager = null!;
    private Process? _agent;

    private string Installed => Path.Combine(_manager.Folder, "installed");

    private string State => Path.Combine(_manager.Folder, "agent");

    private string StartsFile => Path.Combine(_manager.Folder, "starts");

    [SetUp]
    public async Task StartAsync()
    {
        _lines.Clear();
        _manager = await RelayingServer.StartAsync();
        await InstallAsync("1.0.0");
        var code = await _manager.CodeAsync();
        var settings = new AgentSettings
        {
            Manager = new Uri($"https://localhost:{_manager.Port}"), CaFingerprint = code.CaFingerprint, State = State, Ranges = ["127.0.0.1"], Port = _manager.Copier.EndPoint!.Port,
        };
        await FleetAgent.EnrolAsync(settings, code.Code, default);
        await File.WriteAllTextAsync(Path.Combine(_manager.Folder, "agent.json"), JsonSerializer.Serialize(new
        {
            manager = settings.Manager, caFingerprint = code.CaFingerprint, state = State, ranges = settings.Ranges, port = settings.Port, counterSeconds = 1, inventorySeconds = 5, retrySeconds = 1,
            updates = new { mode = "automatic", checkSeconds = 1, trialSeconds = 15, pauseSeconds = 0 },
        }));
    }

    [TearDown]
    public async Task EndAsync()
    {
        Kill();
        // A version on trial whose watcher was killed ends by itself, but not necessarily before its folder is removed.
        foreach (var started in File.Exists(StartsFile) ? Starts() : [])
        {
            if (Array.Find(Process.GetProcessesByName("updated-agent"), p => p.Id == int.Parse(started.Split(' ')[1], CultureInfo.InvariantCulture)) is { } left)
            {
                left.Kill();
                await left.WaitForExitAsync();
            }
        }

        await _manager.DisposeAsync();
    }

    [Test]
    public async Task Agent_becomes_a_good_version_and_comes_back_from_broken_ones()
    {
        Begin();
        await UntilAsync(async () => (await _manager.StandAsync())?.Version == "1.0.0", "the installed version tells of itself");
        var first = _agent!.Id;
        await _manager.OfferAsync(await _manager.PackageAsync("1.1.0"));
        await UntilAsync(async () => await _manager.StandAsync() is { Version: "1.1.0", State: "Running" }, "the new version runs and reports");
        Assert.That((_agent.HasExited, _agent.Id), Is.EqualTo((false, first)), "the same process, so that a service manager sees no end");
        Assert.That(Starts()[^1], Is.EqualTo($"1.1.0 {first}"));

        await _manager.OfferAsync(await _manager.PackageAsync("1.2.0", "crash"));
        await UntilAsync(async () => await _manager.StandAsync() is { Version: "1.1.0", State: "Failed", About: "1.2.0" }, "the one that ends is rolled back");
        Assert.That((await _manager.StandAsync())!.Reason, Does.Contain("before it had reported").Or.Contain("rolled back"));
        Assert.That(Starts().Count(s => s.StartsWith("1.2.0", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(VersionStarts));

        await EditAsync("\"trialSeconds\":15", "\"trialSeconds\":3");
        await EndAgentAsync();
        Begin();
        await _manager.OfferAsync(await _manager.PackageAsync("1.3.0", "hang"));
        await UntilAsync(async () => await _manager.StandAsync() is { Version: "1.1.0", State: "Failed", About: "1.3.0" }, "the one that hangs is rolled back");
        Assert.That(_agent!.HasExited, Is.False);
    }

    [Test]
    public async Task Manager_that_is_not_to_be_trusted_brings_nothing_forged_cut_long_or_old()
    {
        Begin();
        await _manager.OfferAsync(await _manager.PackageAsync("1.1.0"));
        await UntilAsync(async () => await _manager.StandAsync() is { Version: "1.1.0", State: "Running" }, "the new version runs");

        // An old package that the publisher did sign, dressed up as a new one: the version stands in what is signed.
        var old = await _manager.OfferAsync(await _manager.PackageAsync("1.0.5"));
        await _manager.SpoilAsync("update fleet_package set version_number = @n where id = @Id", new { n = ReleaseVersion.Parse("9.0.0").Number, old.Id });
        await RefusedAsync("not above");
        await _manager.Packages.RemoveAsync(old, "test", default);

        // A package by another key.
        using var thief = FleetKeys.Create();
        var forged = await _manager.PackageAsync("1.4.0", key: thief);
        await Assert.ThrowsAsync<FleetFormatException>(() => _manager.OfferAsync(forged), "a manager with the key refuses it, too");
        var good = await _manager.OfferAsync(await _manager.PackageAsync("1.4.0", "crash"));
        await _manager.SpoilAsync("update fleet_package set manifest = @m where id = @Id", new { m = Manifest(forged), good.Id });
        await RefusedAsync("not signed");

        // A good manifest with another archive: shorter, longer, changed. The agent was not told to fetch until here.
        await _manager.Packages.RemoveAsync(good, "test", default);
        foreach (var (spoil, said) in new[]
        {
            ("update fleet_package_part set body = zeroblob(length(body)) where part = 0 and package_id = @Id", "not the one that was signed"),
            ("update fleet_package_part set body = substr(body, 1, 1000) where part = 0 and package_id = @Id", "stopped on its way|ended the package early|is not reached|not the one that was signed"),
        })
        {
            await _manager.SpoilAsync("update fleet_rollout set share = 0");
            var spoiled = await _manager.OfferAsync(await _manager.PackageAsync("1.5.0"));
            await _manager.SpoilAsync(spoil, new { spoiled.Id });
            await UntilAsync(() => Task.FromResult(said.Split('|').Any(Said().Contains)), said);
            await _manager.Packages.RemoveAsync(spoiled, "test", default);
            lock (_lines)
            {
                _lines.Clear();
            }
        }

        Assert.That((await _manager.StandAsync())!.Version, Is.EqualTo("1.1.0"));
        Assert.That(Starts().Select(s => s.Split(' ')[0]).Distinct(), Is.EqualTo(new[] { "1.0.0", "1.1.0" }), "nothing else ever ran");
    }

    [Test]
    public async Task Update_reaches_its_end_wherever_it_is_killed_and_versions_only_rise()
    {
        var random = new Random(7);
        await _manager.OfferAsync(await _manager.PackageAsync("2.0.0"));
        for (var kill = 0; kill < 8; kill++)
        {
            Begin();
            await Task.Delay(random.Next(300, 3000));
            Kill();
        }

        Begin();
        await UntilAsync(async () => await _manager.StandAsync() is { Version: "2.0.0", State: "Running" }, "the new version runs after all");
        await EndAgentAsync();

        // Changed files of a version are not run: the installed one does, and takes no version below the one that ran.
        await File.AppendAllTextAsync(Path.Combine(State, "versions", "2.0.0", "updated-agent.dll"), "x");
        await _manager.SpoilAsync("update fleet_rollout set share = 0");
        await _manager.OfferAsync(await _manager.PackageAsync("1.9.0"));
        Begin();
        await UntilAsync(async () => await _manager.StandAsync() is { Version: "1.0.0" }, "the installed version runs");
        await RefusedAsync("below 2.0.0");
        Assert.That(Said(), Does.Contain("not those that were signed"));
        await _manager.OfferAsync(await _manager.PackageAsync("2.0.1"));
        await UntilAsync(async () => await _manager.StandAsync() is { Version: "2.0.1", State: "Running" }, "a newer one is taken");
        // The manager knows before the agent hears that it does, and cleans up.
        await UntilAsync(() => Task.FromResult(Directory.GetDirectories(Path.Combine(State, "versions")).Select(Path.GetFileName).SequenceEqual(["2.0.1"])), "nothing is left lying about");
    }

    private const int VersionStarts = 3;

    private static byte[] Manifest(byte[] package)
    {
        var line = Array.IndexOf(package, (byte)'\n');
        var length = int.Parse(Encoding.ASCII.GetString(package, 0, line).Split(' ')[^1], CultureInfo.InvariantCulture);
        return package[(line + 1)..(line + 1 + length)];
    }

    private async Task InstallAsync(string version)
    {
        Directory.CreateDirectory(Installed);
        foreach (var (name, open) in _manager.Files(version, null))
        {
            await using var from = open();
            await using var to = File.Create(Path.Combine(Installed, name));
            await from.CopyToAsync(to);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(Installed, "updated-agent"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private void Begin()
    {
        var start = new ProcessStartInfo(Path.Combine(Installed, "updated-agent"), ["run", Path.Combine(_manager.Folder, "agent.json")]) { RedirectStandardError = true };
        _agent = Process.Start(start)!;
        _agent.ErrorDataReceived += (_, line) =>
        {
            lock (_lines)
            {
                _lines.AppendLine(line.Data);
            }
        };
        _agent.BeginErrorReadLine();
    }

    /// <summary>Ends the agent as a power cut would. What it watches ends by itself.</summary>
    private void Kill()
    {
        if (_agent is { HasExited: false })
        {
            _agent.Kill();
            // With a bound it waits for the process alone: a version on trial that hangs holds the other end of the pipe, and is ended afterwards.
            Assert.That(_agent.WaitForExit(Patience), Is.True);
        }

        _agent?.Dispose();
        _agent = null;
    }

    private async Task EndAgentAsync()
    {
        Assert.That(await Built.TerminateAsync(_agent!), Is.Zero, Said());
        _agent!.Dispose();
        _agent = null;
    }

    private async Task EditAsync(string from, string to)
    {
        var file = Path.Combine(_manager.Folder, "agent.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace(from, to, StringComparison.Ordinal));
    }

    private string[] Starts() => File.ReadAllLines(StartsFile);

    private string Said()
    {
        lock (_lines)
        {
            return _lines.ToString();
        }
    }

    private Task RefusedAsync(string said) => UntilAsync(async () => await _manager.StandAsync() is { State: "Failed" } stand && stand.Reason.Contains(said, StringComparison.Ordinal), said);

    private async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var until = DateTimeOffset.UtcNow + Patience; !await holds(); await Task.Delay(100))
        {
            if (DateTimeOffset.UtcNow > until)
            {
                Assert.Fail($"{what}: not within {Patience}; {await _manager.StandAsync()}\n{Said()}");
            }
        }
    }
}
