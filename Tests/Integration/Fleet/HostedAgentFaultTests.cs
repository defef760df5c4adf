using System.Text.Json;
using CopyTrack.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace CopyTrack.Integration.Fleet;

/// <summary>An agent inside the server that can't run leaves the server alone.</summary>
internal sealed class HostedAgentFaultTests
{
    [Test]
    public async Task Server_goes_on_when_the_agent_inside_may_not_write_its_folder()
    {
        var folder = Directory.CreateTempSubdirectory("copytrack-hosted-").FullName;
        var told = new Told();
        try
        {
            var file = Path.Combine(folder, "agent.json");
            // Nobody may make a folder there, whoever runs the test.
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { manager = "https://localhost", state = "/sys/copytrack-agent", ranges = new[] { "127.0.0.1" } }));
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Data:Directory"] = Path.Combine(folder, "data"), ["Secrets:Directory"] = Path.Combine(folder, "secrets"), ["Https:Port"] = "0", ["Terminals:Port"] = "0", ["Fleet:LocalAgent"] = file,
            }).Build();
            await using var app = ServerHost.Build(ServerSettings.From(configuration), b => b.Logging.AddProvider(told));
            await ServerHost.StartAsync(app, default);
            var reason = await told.Failed.Task.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.That(reason, Does.Contain("/sys/copytrack-agent"));
            Assert.That(app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested, Is.False);
            await app.StopAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Hears that the agent does not run.</summary>
    private sealed class Told : ILoggerProvider, ILogger
    {
        public TaskCompletionSource<string> Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 8002)
            {
                Failed.TrySetResult(formatter(state, exception));
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
