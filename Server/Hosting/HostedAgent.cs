using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Hosting;

/// <summary>The agent that runs inside the server: <c>Fleet:LocalAgent</c>, its settings as any agent's, and <c>Fleet:LocalAgentSite</c>, the site that it reads.</summary>
internal sealed record HostedAgentOptions(AgentSettings Settings, string? Site)
{
    /// <summary>Reads both; null without a file. Throws <see cref="ConfigurationFault"/>.</summary>
    public static HostedAgentOptions? Read(SettingReader read)
    {
        var site = read.Text("Fleet:LocalAgentSite", null);
        try
        {
            return read.Text("Fleet:LocalAgent", null) is not { } file ? null
                : site is not null && FleetNames.Usable(site) is null ? throw new ConfigurationFault("Fleet:LocalAgentSite", FleetNames.Rule)
                : new HostedAgentOptions(AgentSettings.Load(file), FleetNames.Usable(site));
        }
        catch (AgentException e)
        {
            throw new ConfigurationFault("Fleet:LocalAgent", e.Message);
        }
    }
}

/// <summary>
/// Runs an agent beside the server, by the same code as the agent's own program and over the same HTTPS, so that nothing of what holds for agents is otherwise here. It enrols itself. Its own
/// page and updates belong to the program and are not here: the server has pages, and is updated itself.
/// </summary>
internal sealed class HostedAgent(
    HostedAgentOptions options, ServerSettings server, HttpsEndpoint https, ICertificateAuthority authority, FleetRepository fleet, FleetDevices devices, AgentCodes codes, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<HostedAgent> logger) : BackgroundService, IAgentObserver
{
    private const string OwnCustomer = "This organisation", OwnSite = "This site";
    private static readonly TimeSpan s_again = TimeSpan.FromMinutes(1), s_look = TimeSpan.FromSeconds(1), s_patience = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public void Told(string line) => logger.HostedAgentTold(line);

    /// <inheritdoc/>
    public void Kept(FleetMessage message)
    {
        // The manager is this process.
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StartedAsync(stoppingToken);
            for (var first = true; ; first = false)
            {
                try
                {
                    if (first)
                    {
                        await OwnDevicesAsync(stoppingToken);
                    }

                    await RunAsync(Settings(), stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    // Whatever ends the agent, a full disk, a folder that it may not read, must not end the server, where people stand at copiers.
                    logger.HostedAgentFailed(e.Message);
                }

                await Task.Delay(s_again, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Its way to this server. With a certificate that the operator gave, only the operator knows which address it is for.</summary>
    private AgentSettings Settings() => server.CertificateFile is null
        ? options.Settings with { Manager = new UriBuilder("https", "localhost", https.Port).Uri, CaFingerprint = authority.Fingerprint } : options.Settings;

    private async Task RunAsync(AgentSettings settings, CancellationToken cancellationToken)
    {
        if (!FleetAgent.IsEnrolled(settings))
        {
            await EnrolAsync(settings, cancellationToken);
        }

        await new AgentHost(settings, this, time).RunAsync(cancellationToken);
    }

    private async Task EnrolAsync(AgentSettings settings, CancellationToken cancellationToken)
    {
        const string actor = "localAgent";
        var site = options.Site ?? OwnSite;
        var nodes = await fleet.NodesAsync(new FleetScope(OrganisationRepository.DefaultId), cancellationToken);
        if (!nodes.Any(n => n.Kind == "site" && NameFolding.Fold(n.Name) == NameFolding.Fold(site)))
        {
            foreach (var (name, kind, parent) in new[] { (OwnCustomer, "customer", null), (site, "site", OwnCustomer) })
            {
                var (_, refused) = await fleet.PutNodeAsync(OrganisationRepository.DefaultId, name, kind, parent, actor, cancellationToken);
                if (refused is not null)
                {
                    throw new AgentException($"Fleet:LocalAgentSite: {refused}");
                }
            }
        }

        var (code, fault) = await codes.MakeAsync(OrganisationRepository.DefaultId, $"local {Environment.MachineName}", site, actor, hosted: true, cancellationToken);
        await FleetAgent.EnrolAsync(settings, code?.Code ?? throw new AgentException($"Fleet:LocalAgentSite: {fault}"), cancellationToken);
    }

    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var told = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Lets the server meet its own devices first: it knows them by their serial numbers then, and what the agent finds at the same copier is that device and no second one. Devices that are
    /// switched off are not waited for longer than two minutes.
    /// </summary>
    private async Task OwnDevicesAsync(CancellationToken cancellationToken)
    {
        for (var until = time.GetUtcNow() + s_patience; time.GetUtcNow() < until; await Task.Delay(s_look, time, cancellationToken))
        {
            try
            {
                if (await devices.CountUnreadAsync(OrganisationRepository.DefaultId, cancellationToken) == 0)
                {
                    return;
                }
            }
            catch (StorageUnavailableException)
            {
                // The next look finds it back.
            }
        }
    }
}
