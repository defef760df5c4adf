using System.Globalization;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Sqlite;
using CopyTrack.Server.Gateway;
using CopyTrack.Server.Hosting;
using CopyTrack.Server.Hosting.Updates;

namespace CopyTrack.Server.Verbs;

/// <summary><c>serve</c>: runs the server until it is told to stop.</summary>
internal static class ServeVerb
{
    /// <summary>
    /// Prints <c>ready https=PORT terminals=PORT</c> once connections are accepted. Returns 0 after a clean end, 2 when a port or the data directory is in use.
    /// Throws what storage and secrets throw when they can't be opened. Under a supervisor it ends with that, and on trial it prints <c>prepared</c> and waits before it opens anything; 1 when the
    /// database that it has changed does not hold what it held before.
    /// </summary>
    public static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var supervised = SupervisedProcess.OfThis();
        supervised?.Listen(ending.Cancel);
        return await RunAsync(ServerSettings.From(context.Configuration), supervised, context, ending.Token);
    }

    private static async Task<int> RunAsync(ServerSettings settings, SupervisedProcess? supervised, VerbContext context, CancellationToken cancellationToken)
    {
        var (output, error) = (context.Output, context.Error);
        using var alone = ServeLock.Take(settings.Data);
        if (alone is null)
        {
            await error.WriteLineAsync($"Data:Directory: another server uses {settings.Data.Directory}; stop it or give this one a directory of its own");
            return 2;
        }

        await using var app = ServerHost.Build(settings, builder => UpdateServices.Add(builder.Services, supervised, settings.Updates, context.Keys));
        var ran = await ServerHost.PrepareAsync(app, cancellationToken);
        if (supervised?.Trial is { } trial)
        {
            if (ran.Count > 0 && trial == SupervisedProcess.TrialAudited && await TrialHealth.FaultAsync(app.Services, cancellationToken) is { } unfit)
            {
                await error.WriteLineAsync($"update: the ledger was good before the migrations and is not now: {unfit}");
                return 1;
            }

            await supervised.AskToOpenAsync(output, cancellationToken);
        }

        if (settings.Data.GetDialect() == Dialect.Sqlite)
        {
            // What is acknowledged from here on would be lost with a copy that is put back.
            SqliteCopy.Forget(settings.Data.Directory);
        }

        try
        {
            await ServerHost.OpenAsync(app, cancellationToken);
        }
        catch (IOException e) when (ServerHost.PortFault(settings, e) is { } fault)
        {
            await error.WriteLineAsync(fault);
            return 2;
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"ready https={app.Services.GetRequiredService<HttpsEndpoint>().Port} terminals={app.Services.GetRequiredService<ITerminalEndpoint>().Port}"));
        await output.FlushAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}

/// <summary>Keeps a second server away from an embedded database.</summary>
internal sealed class ServeLock : IDisposable
{
    private readonly FileStream? file;

    private ServeLock(FileStream? file) => this.file = file;

    /// <summary>The lock, or null when another process has it. A database server needs none: nodes share it.</summary>
    public static ServeLock? Take(DataOptions options)
    {
        if (options.GetDialect() != Dialect.Sqlite)
        {
            return new ServeLock(null);
        }

        try
        {
            Directory.CreateDirectory(options.Directory);
            return new ServeLock(new FileStream(Path.Combine(options.Directory, "serve.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();
}
