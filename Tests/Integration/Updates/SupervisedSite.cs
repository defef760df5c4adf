using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Integration.Demo;
using Dapper;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace CopyTrack.Integration.Updates;

/// <summary>A folder of versions with a real supervisor as a process, a publisher, and versions that are scripts: either what a test wants them to do, or the real server.</summary>
internal sealed class SupervisedSite : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _said = new();
    private readonly List<(DateTimeOffset At, string Line)> _lines = [];
    private readonly ECDsa _publisher = FleetKeys.Create();
    private readonly string _folder = Directory.CreateTempSubdirectory("copytrack-supervise-").FullName;
    private Process? _supervisor;

    public SupervisedSite(params string[] settings)
    {
        Settings = [$"--Data:Directory={Data}", "--Https:Port=0", "--Terminals:Port=0", .. settings];
        Directory.CreateDirectory(Data);
        File.WriteAllText(In("publisher.pem"), _publisher.ExportSubjectPublicKeyInfoPem());
    }

    /// <summary>Another node, with packages of the same publisher.</summary>
    public SupervisedSite(SupervisedSite first, params string[] settings)
        : this(settings)
    {
        _publisher.ImportPkcs8PrivateKey(first._publisher.ExportPkcs8PrivateKey(), out _);
        File.WriteAllText(In("publisher.pem"), _publisher.ExportSubjectPublicKeyInfoPem());
    }

    public string Root => In("versions");

    public string Data => In("data");

    public string[] Settings { get; set; }

    /// <summary>Lines that the versions wrote: version, verb, and how they were started.</summary>
    public string[] Steps => File.Exists(In("steps")) ? File.ReadAllLines(In("steps")) : [];

    public string? Current => new FileInfo(Path.Combine(Root, "current")).LinkTarget;

    public bool Runs => _supervisor is { HasExited: false };

    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>When a line with this text was said first.</summary>
    public DateTimeOffset At(string text)
    {
        lock (_said)
        {
            return _lines.First(l => l.Line.Contains(text, StringComparison.Ordinal)).At;
        }
    }

    private static string Program => Path.Combine(Built.Root, "Tests", "UpdatedServer", "bin", new DirectoryInfo(TestContext.CurrentContext.TestDirectory).Parent!.Name, "net10.0", "updated-server.dll");

    /// <summary>The real server as a version.</summary>
    public static string Real => $"#!/bin/sh\nexec dotnet '{Program}' \"$@\"\n";

    /// <summary>A version that notes what it is started for. <paramref name="serve"/> stands in place of the server, behind the asking whether it may open; <paramref name="prepare"/> before it.</summary>
    public string Fake(int migrations = 0, string prepare = "", string? serve = null) => $"""
        #!/bin/sh
        echo "$COPYTRACK_SUPERVISED_VERSION $1 $COPYTRACK_TRIAL" >> '{In("steps")}'
        case $1 in
        --help|audit) exit 0;;
        check) sleep 0.3; echo 'fits, migrations to run: {migrations}'; exit 0;;
        esac
        {prepare}
        if [ -n "$COPYTRACK_TRIAL" ]; then echo prepared; read word || exit 0; echo "$COPYTRACK_SUPERVISED_VERSION opened" >> '{In("steps")}'; fi
        rm -f '{Data}/copytrack.db.before'
        {serve ?? Serves(1)}

        """;

    /// <summary>What a version does that serves at a port.</summary>
    public static string Serves(int port) => $"trap 'exit 0' TERM; echo 'ready https={port} terminals={port}'; while read x; do :; done; exit 0";

    /// <summary>Makes a package, and has it taken by the verb.</summary>
    public async Task<string> TakeAsync(string version, string script, bool good = true)
    {
        var file = In($"{version}.ctpkg");
        await PackAsync(version, script, file);
        return await VerbAsync(good, "update", "take", file, "--root", Root);
    }

    /// <summary>Makes a package.</summary>
    public async Task PackAsync(string version, string script, string file)
    {
        using (var scratch = new MemoryStream())
        await using (var package = File.Create(file))
        {
            await PackageWriter.WriteAsync(
                PackageManifest.Server, ReleaseVersion.Parse(version), "linux-x64", [("copytrack", () => new MemoryStream(Encoding.UTF8.GetBytes(script)))], _publisher, scratch, package, default);
        }
    }

    /// <summary>Runs a verb of the program; gives all that it said.</summary>
    public async Task<string> VerbAsync(bool good, params string[] words)
    {
        using var verb = Process.Start(Start(words))!;
        var error = verb.StandardError.ReadToEndAsync();
        var told = await verb.StandardOutput.ReadToEndAsync().WaitAsync(s_patience) + await error;
        await verb.WaitForExitAsync();
        Assert.That(verb.ExitCode == 0, Is.EqualTo(good), told);
        return told;
    }

    /// <summary>Starts the supervisor.</summary>
    public void Begin()
    {
        _supervisor = Process.Start(Start(["supervise", "--root", Root, "--", .. Settings]))!;
        _supervisor.OutputDataReceived += (_, line) => Hear(line.Data);
        _supervisor.ErrorDataReceived += (_, line) => Hear(line.Data);
        _supervisor.BeginOutputReadLine();
        _supervisor.BeginErrorReadLine();
    }

    /// <summary>Ends the supervisor as a power cut would, and waits for nothing.</summary>
    public void Kill()
    {
        _supervisor!.Kill();
        Assert.That(_supervisor.WaitForExit(s_patience), Is.True);
        _supervisor.Dispose();
        _supervisor = null;
    }

    /// <summary>Ends the supervisor as a service manager does; gives its status.</summary>
    public async Task<int> EndAsync()
    {
        var status = await Built.TerminateAsync(_supervisor!);
        _supervisor!.Dispose();
        _supervisor = null;
        return status;
    }

    /// <summary>The HTTPS port of the server that said last that it is ready.</summary>
    public int Port => int.Parse(Said.Split("ready https=")[^1].Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>Its port of terminals.</summary>
    public int TerminalsPort => int.Parse(Said.Split("ready https=")[^1].Split("terminals=")[1].Split('\n')[0].Trim(), CultureInfo.InvariantCulture);

    /// <summary>Processes that this site's supervisor, or one before it, started and that are still there.</summary>
    public int[] Started => [.. Directory.EnumerateDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => n.All(char.IsAsciiDigit)).Where(n => EnvironmentOf(n).Contains($"COPYTRACK_SUPERVISED={Root}\0", StringComparison.Ordinal)).Select(n => int.Parse(n, CultureInfo.InvariantCulture))];

    /// <summary>The supervisor's own process.</summary>
    public Process Supervisor => _supervisor!;

    public async Task<long> ScalarAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "copytrack.db")};Pooling=false");
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    public async Task UntilAsync(Func<bool> holds, string what)
    {
        for (var until = DateTimeOffset.UtcNow + s_patience; !holds(); await Task.Delay(20))
        {
            if (DateTimeOffset.UtcNow > until)
            {
                Assert.Fail($"{what}: not within {s_patience}; current {Current}\n{string.Join('\n', Steps)}\n{Said}");
            }
        }
    }

    public Task SaidAsync(string text) => UntilAsync(() => Said.Contains(text, StringComparison.Ordinal), text);

    public async ValueTask DisposeAsync()
    {
        if (Runs)
        {
            await EndAsync();
        }

        _supervisor?.Dispose();
        _publisher.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public string In(string name) => Path.Combine(_folder, name);

    private ProcessStartInfo Start(IReadOnlyList<string> words)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.Environment["COPYTRACK_TEST_PUBLISHER"] = In("publisher.pem");
        return start;
    }

    private static string EnvironmentOf(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/environ");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _lines.Add((DateTimeOffset.UtcNow, line ?? ""));
            _said.AppendLine(line);
        }
    }
}
