using System.Net;
using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>Takes messages over HTTP as a manager does, and answers as a test wants it.</summary>
internal sealed class ManagerStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ECDsa _key;

    private ManagerStandIn(ECDsa key)
    {
        _key = key;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>What to answer to a message: a status, or an outcome with its reason.</summary>
    public Func<MessageEnvelope, (int Status, AckOutcome Outcome, string Reason)> Answer { get; set; } = static _ => (200, AckOutcome.Taken, "-");

    /// <summary>Every message that came, also those that were not taken.</summary>
    public List<MessageEnvelope> Came { get; } = [];

    public Uri Address { get; private set; } = null!;

    public static async Task<ManagerStandIn> StartAsync(ECDsa key)
    {
        var manager = new ManagerStandIn(key);
        await manager._app.StartAsync();
        manager.Address = new Uri(manager._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return manager;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var envelope = MessageEnvelope.Read(body.ToArray(), out _);
        lock (Came)
        {
            Came.Add(envelope);
        }

        var (status, outcome, reason) = Answer(envelope);
        context.Response.StatusCode = status;
        if (status == 200)
        {
            await context.Response.Body.WriteAsync(new Acknowledgement(envelope.Agent, envelope.Sequence, outcome, reason).Seal(_key));
        }
    }
}
