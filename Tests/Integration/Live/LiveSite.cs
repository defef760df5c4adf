using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.TestKit;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using NUnit.Framework;

namespace CopyTrack.Integration.Live;

/// <summary>A site of one copier with the real program as processes: the server, and verbs beside it.</summary>
internal sealed class LiveSite : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string root = Directory.CreateTempSubdirectory("copytrack-live-").FullName;
    private readonly StringBuilder log = new();
    private readonly Simulator simulator = new(TimeProvider.System);
    private readonly string[] settings;
    private readonly string? postgres;
    private readonly SmallDisk? disk;
    private readonly List<Process> others = [];
    private Process? server;

    private LiveSite(string? postgres, SmallDisk? disk, string[] settings, MfpModel? copier = null)
    {
        this.postgres = postgres;
        this.disk = disk;
        DataDirectory = disk?.Directory ?? Path.Combine(root, "data");
        string[] storage = postgres is null ? [] : ["--Data:Provider=postgres", $"--Data:ConnectionString={postgres}"];
        this.settings = [$"--Data:Directory={DataDirectory}", $"--Secrets:Directory={Path.Combine(root, "secrets")}", .. storage, .. settings];
        Copier = simulator.Add(new MfpSetup { Model = copier ?? MfpModel.BuiltIn("kyocera") });
    }

    /// <summary>Where the copier is.</summary>
    public Simulator Simulator => simulator;

    /// <summary>The copier.</summary>
    public SimulatedMfp Copier { get; }

    /// <summary>Where the embedded database is.</summary>
    public string DataDirectory { get; }

    public string SecretsDirectory => Path.Combine(root, "secrets");

    public int HttpsPort { get; private set; }

    public int TerminalsPort { get; private set; }

    /// <summary>What the server has logged so far.</summary>
    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    public bool Runs => server is { HasExited: false };

    /// <summary>A site with the copier <c>hall</c> and the people <c>anna</c> (card 04A1) and <c>bert</c> (card 04B2), its server running.</summary>
    public static async Task<LiveSite> StartAsync(Db db, params string[] settings) =>
        await StartAsync(db == Db.PostgreSql ? await (await LiveDatabases.ServerAsync()).CreateDatabaseAsync() : null, null, settings);

    /// <summary>A new site: its server runs, and nothing is in it. The copier is there and knows of nothing.</summary>
    public static Task<LiveSite> StartBareAsync(Db db, params string[] settings) => StartBareAsync(db, null, settings);

    /// <summary>The same with another copier than the common one.</summary>
    public static async Task<LiveSite> StartBareAsync(Db db, MfpModel? copier, string[] settings)
    {
        var site = new LiveSite(db == Db.PostgreSql ? await (await LiveDatabases.ServerAsync()).CreateDatabaseAsync() : null, null, settings, copier);
        try
        {
            if (db == Db.PostgreSql)
            {
                await site.GoodAsync("secrets", "init");
            }

            await site.ServeAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same with the embedded database on a disk of its own.</summary>
    public static Task<LiveSite> StartAsync(SmallDisk disk, params string[] settings) => StartAsync(null, disk, settings);

    public static async Task<LiveSite> StartAsync(string? postgres, SmallDisk? disk, string[] settings)
    {
        var site = new LiveSite(postgres, disk, settings);
        try
        {
            if (postgres is not null)
            {
                await site.GoodAsync("secrets", "init");
            }

            var port = site.Copier.EndPoint!.Port.ToString(CultureInfo.InvariantCulture);
            await site.GoodAsync("import", "devices", site.Write("devices.csv", $"name,address,port\nhall,127.0.0.1,{port}\n"));
            await site.GoodAsync("import", "users", site.Write("users.csv", "username,displayName,cards\nanna,Anna A,04A1\nbert,Bert B,04B2\n"));
            await site.ServeAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server and waits until it is ready.</summary>
    public Task ServeAsync() => ServeAsync(FreePort.Take(), FreePort.Take());

    /// <summary>Starts another node on the same PostgreSQL database and returns its HTTPS port.</summary>
    public async Task<int> ServeBesideAsync()
    {
        var (node, https, _) = await StartNodeAsync(0, 0);
        others.Add(node);
        return https;
    }

    private async Task ServeAsync(int https, int terminals) => (server, HttpsPort, TerminalsPort) = await StartNodeAsync(https, terminals);

    private async Task<(Process Node, int Https, int Terminals)> StartNodeAsync(int https, int terminals)
    {
        var node = Process.Start(Command(["serve", $"--Https:Port={https}", $"--Terminals:Port={terminals}", .. settings]))!;
        node.ErrorDataReceived += (_, line) =>
        {
            lock (log)
            {
                log.AppendLine(line.Data);
            }
        };
        node.BeginErrorReadLine();
        var ready = await node.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.That(ready, Does.Match("^ready https=[0-9]+ terminals=[0-9]+$"), Log);
        int[] ports = [.. ready!.Split(' ').Skip(1).Select(p => int.Parse(p.Split('=')[1], CultureInfo.InvariantCulture))];
        return (node, ports[0], ports[1]);
    }

    /// <summary>Starts the server again on the ports that it had, so that whoever spoke to it can go on.</summary>
    public Task ServeAgainAsync() => ServeAsync(HttpsPort, TerminalsPort);

    /// <summary>Ends the server as a power cut would.</summary>
    public async Task KillAsync()
    {
        server!.Kill();
        await server.WaitForExitAsync();
    }

    /// <summary>Runs a verb to its end.</summary>
    public Task<(int Status, string Output, string Error)> RunAsync(params string[] words) => RunAsync(null, words);

    /// <summary>Runs a verb that reads <paramref name="input"/> from its standard input.</summary>
    public async Task<(int Status, string Output, string Error)> RunAsync(string? input, string[] words)
    {
        string[] forVerbs = ["--Data:", "--Secrets:", "--Directories:"];
        var start = Command([.. words, .. settings.Where(s => Array.Exists(forVerbs, prefix => s.StartsWith(prefix, StringComparison.Ordinal)))]);
        start.RedirectStandardInput = input is not null;
        using var verb = Process.Start(start)!;
        if (input is not null)
        {
            await verb.StandardInput.WriteLineAsync(input);
            verb.StandardInput.Close();
        }

        var error = verb.StandardError.ReadToEndAsync();
        var output = await verb.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await verb.WaitForExitAsync().WaitAsync(Patience);
        return (verb.ExitCode, output, await error);
    }

    /// <summary>Runs a verb that must end with 0; returns what it printed.</summary>
    public async Task<string> GoodAsync(params string[] words)
    {
        var (status, output, error) = await RunAsync(words);
        Assert.That(status, Is.Zero, $"{string.Join(' ', words)}: {error}{output}");
        return output;
    }

    /// <summary>Enrols a terminal beside the copier.</summary>
    public async Task<LiveIdentity> EnrolAsync(string name)
    {
        var code = JsonNode.Parse(await GoodAsync("terminal", "enrol-code", name, "--device", "hall"))!;
        return await LiveIdentity.EnrolAsync(HttpsPort, code["terminal"]!.GetValue<string>(), code["code"]!.GetValue<string>());
    }

    /// <summary>Makes copies at the glass and waits until every counter has risen.</summary>
    public async Task CopyAsync(int pages)
    {
        var answer = Copier.Submit(new JobRequest { Function = JobFunction.Copy, Pages = pages });
        Assert.That(answer, Is.Not.Null);
        await simulator.WhenQuietAsync().WaitAsync(Patience);
    }

    /// <summary>One number out of the database, beside the server.</summary>
    public async Task<long> ScalarAsync(string sql)
    {
        if (disk is not null)
        {
            return await disk.ScalarAsync(Path.Combine(DataDirectory, "copytrack.db"), sql);
        }

        await using var connection = await OpenAsync(";Mode=ReadOnly");
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    /// <summary>The texts that a query gives, beside the server.</summary>
    public async Task<string[]> ListAsync(string sql)
    {
        await using var connection = await OpenAsync(";Mode=ReadOnly");
        return [.. await connection.QueryAsync<string>(sql)];
    }

    /// <summary>Changes rows beside the server.</summary>
    public async Task RunSqlAsync(string sql)
    {
        await using var connection = await OpenAsync("");
        await connection.ExecuteAsync(sql);
    }

    /// <summary>Which database it is.</summary>
    public Db Db => postgres is null ? Db.Sqlite : Db.PostgreSql;

    private async Task<DbConnection> OpenAsync(string forSqlite)
    {
        DbConnection connection = postgres is null
            ? new SqliteConnection($"Data Source={Path.Combine(DataDirectory, "copytrack.db")};Pooling=false{forSqlite}")
            : new NpgsqlConnection(postgres + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Waits until the query gives the number.</summary>
    public async Task UntilAsync(string sql, long expected)
    {
        long last = -1;
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(50))
        {
            last = await ScalarAsync(sql);
            if (last == expected)
            {
                return;
            }
        }

        Assert.Fail($"{sql} stays at {last}, not {expected}\n{Log}");
    }

    /// <summary>A client of the HTTPS port with a token of this role.</summary>
    public async Task<HttpClient> ClientAsync(string role = "administrator")
    {
        var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }) { BaseAddress = new Uri($"https://localhost:{HttpsPort}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await GoodAsync("token", "create", "--role", role)).Trim());
        return client;
    }

    /// <summary>Writes a file of the test's own and returns its path.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(root, name);
        File.WriteAllText(path, text);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (Runs)
        {
            await KillAsync();
        }

        foreach (var other in others)
        {
            other.Kill();
            await other.WaitForExitAsync();
            other.Dispose();
        }

        server?.Dispose();
        simulator.Dispose();
        Directory.Delete(root, recursive: true);
    }

    private ProcessStartInfo Command(IReadOnlyList<string> arguments)
    {
        string[] words = [.. disk?.Enter ?? [], "dotnet", Path.Combine(AppContext.BaseDirectory, "copytrack.dll"), .. arguments];
        return new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = new UTF8Encoding(false),
        };
    }
}
