using System.Text.Json.Nodes;
using CopyTrack.TestKit;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>A folder, a CA, a fake server and a configuration for one test.</summary>
internal sealed class TerminalBench : IDisposable
{
    internal TerminalBench()
    {
        Folder = Directory.CreateTempSubdirectory("terminal-test-").FullName;
        Server = new FakeServer(Authority, FreePort.Take());
        Authority.Enrol(Keys, "t1");
        Config = new JsonObject
        {
            ["server"] = new JsonObject { ["host"] = "127.0.0.1", ["port"] = Server.Port },
            ["terminal"] = new JsonObject { ["id"] = "t1", ["keyFolder"] = "keys" },
            ["behaviour"] = new JsonObject { ["reconnectMinMilliseconds"] = 50, ["reconnectMaxSeconds"] = 1, ["offlineAfterSeconds"] = 0, ["loginWaitSeconds"] = 10 },
            ["simulated"] = new JsonObject { ["enabled"] = true },
        };
    }

    internal string Folder { get; }

    internal string Keys => Path.Combine(Folder, "keys");

    internal TestAuthority Authority { get; } = new();

    internal FakeServer Server { get; private set; }

    internal JsonObject Config { get; }

    internal string ConfigFile
    {
        get
        {
            var path = Path.Combine(Folder, "terminal.json");
            File.WriteAllText(path, Config.ToJsonString());
            return path;
        }
    }

    internal TerminalProcess Start(Dictionary<string, string>? environment = null) => TerminalProcess.Run(ConfigFile, environment);

    /// <summary>The server goes away; its port stays ours to take again.</summary>
    internal int StopServer()
    {
        var port = Server.Port;
        Server.Dispose();
        return port;
    }

    /// <summary>The server comes back on its port.</summary>
    internal void StartServer(int port) => Server = new FakeServer(Authority, port);

    public void Dispose()
    {
        Server.Dispose();
        Authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
