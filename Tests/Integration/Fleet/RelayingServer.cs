using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Hosting;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Integration.Fleet;

/// <summary>A whole manager in this process that was built with a test's release key, a copier, and a publisher.</summary>
internal sealed class RelayingServer : IAsyncDisposable
{
    private readonly Simulator _simulator = new(TimeProvider.System);
    private readonly WebApplication _app;
    private readonly ReleaseKeys _keys;

    private RelayingServer(WebApplication app, ECDsa publisher, ReleaseKeys keys, string folder)
    {
        (_app, Publisher, _keys, Folder) = (app, publisher, keys, folder);
        Copier = _simulator.Add(new MfpSetup { Model = MfpModel.BuiltIn("kyocera"), Address = IPAddress.Loopback, Serial = "UPD1" });
    }

    public string Folder { get; }

    public ECDsa Publisher { get; }

    public SimulatedMfp Copier { get; }

    public int Port => _app.Services.GetRequiredService<HttpsEndpoint>().Port;

    public FleetPackages Packages => _app.Services.GetRequiredService<FleetPackages>();

    private IDatabase Database => _app.Services.GetRequiredService<IDatabase>();

    public static async Task<RelayingServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("copytrack-update-").FullName;
        var publisher = FleetKeys.Create();
        var keys = ReleaseKeys.FromPem(publisher.ExportSubjectPublicKeyInfoPem());
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Data:Directory"] = Path.Combine(folder, "data"), ["Secrets:Directory"] = Path.Combine(folder, "secrets"), ["Https:Port"] = "0", ["Terminals:Port"] = "0",
        }).Build();
        var app = ServerHost.Build(ServerSettings.From(configuration), builder => builder.Services.AddSingleton(keys));
        await ServerHost.StartAsync(app, default);
        return new RelayingServer(app, publisher, keys, folder);
    }

    /// <summary>A one-time code of an agent at a site, and the CA's fingerprint.</summary>
    public async Task<AgentCode> CodeAsync()
    {
        var fleet = _app.Services.GetRequiredService<FleetRepository>();
        foreach (var (name, kind, parent) in new[] { ("acme", "customer", null), ("acme hall", "site", "acme") })
        {
            Assert.That((await fleet.PutNodeAsync(1, name, kind, parent, "test", default)).Fault, Is.Null);
        }

        var (code, fault) = await _app.Services.GetRequiredService<AgentCodes>().MakeAsync(1, "hall", "acme hall", "test", false, default);
        Assert.That(fault, Is.Null);
        return code!;
    }

    /// <summary>The files of a version of the test's agent.</summary>
    public List<(string Name, Func<Stream> Open)> Files(string version, string? fault)
    {
        var built = Path.Combine(TestContext.CurrentContext.TestDirectory, "..", "..", "..", "..", "UpdatedAgent", "bin", new DirectoryInfo(TestContext.CurrentContext.TestDirectory).Parent!.Name, "net10.0");
        List<(string, Func<Stream>)> files = [.. Directory.EnumerateFiles(built).Where(f => !f.EndsWith(".pdb", StringComparison.Ordinal)).Select(f => (Path.GetFileName(f), (Func<Stream>)(() => File.OpenRead(f))))];
        files.Add(("version", () => new MemoryStream(System.Text.Encoding.ASCII.GetBytes(version))));
        files.Add(("keys.pem", () => new MemoryStream(System.Text.Encoding.ASCII.GetBytes(Publisher.ExportSubjectPublicKeyInfoPem()))));
        if (fault is not null)
        {
            files.Add(("fault", () => new MemoryStream(System.Text.Encoding.ASCII.GetBytes(fault))));
        }

        return files;
    }

    /// <summary>A package as the publisher makes it; by another key when one is given.</summary>
    public async Task<byte[]> PackageAsync(string version, string? fault = null, ECDsa? key = null)
    {
        using var scratch = new MemoryStream();
        using var package = new MemoryStream();
        await PackageWriter.WriteAsync(PackageManifest.Agent, ReleaseVersion.Parse(version), "test-x64", Files(version, fault), key ?? Publisher, scratch, package, default);
        return package.ToArray();
    }

    /// <summary>Puts a package on the shelf and offers it to everyone.</summary>
    public async Task<FleetPackageRow> OfferAsync(byte[] package)
    {
        using var content = new MemoryStream(package);
        var (taken, _) = await _app.Services.GetRequiredService<PackageIntake>().TakeAsync(1, content, "test", default);
        Assert.That(await Packages.StageAsync(taken!, null, 100, null, "test", default), Is.Null);
        return taken!;
    }

    /// <summary>What somebody who owns the manager can do: anything in its database.</summary>
    public Task SpoilAsync(string sql, object? values = null) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql, values), default);

    /// <summary>How the agent stands; null before it has told.</summary>
    public async Task<FleetAgentUpdateRow?> StandAsync() => (await Packages.AgentsAsync(new FleetScope(1), default)).SingleOrDefault();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _simulator.Dispose();
        _keys.Dispose();
        Publisher.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
