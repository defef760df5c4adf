using System.Globalization;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data.Fleet;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace CopyTrack.Server.Fleet.Updates;

/// <summary>What agents ask about updates. Answers carry what the publisher signed, unchanged.</summary>
internal sealed class UpdateEndpoints(FleetEndpoints endpoints, MessageIntake intake, FleetPackages packages, FleetKey key) : IDisposable
{
    /// <summary>Archives that are sent at one time; more would keep messages waiting.</summary>
    private const int MostAtOnce = 16;

    private readonly SemaphoreSlim places = new(MostAtOnce, MostAtOnce);

    /// <summary><c>GET updates</c>: takes how an agent stands, and answers with the manifest that it is offered, or none.</summary>
    public Task UpdatesAsync(HttpContext context) => endpoints.AskedAsync(context, async question =>
    {
        var report = UpdateReport.Read(question, out var outside);
        if (await intake.AgentAsync(report.Agent, outside, context.RequestAborted) is not { } agent)
        {
            return null;
        }

        await packages.ReportAsync(agent, report, context.RequestAborted);
        var manifest = await packages.OfferAsync(agent.Id, report.Version, report.Platform, context.RequestAborted);
        return UpdateOffer.Seal(report.Agent, report.Nonce, manifest, await key.GetAsync(context.RequestAborted));
    });

    /// <summary><c>GET package</c>: an archive by its hash, or the rest of it from the offset of the header <c>Range</c>.</summary>
    public Task PackageAsync(HttpContext context) => endpoints.AskedAsync(context, async question =>
    {
        var request = ArchiveRequest.Read(question, out var outside);
        if (await intake.AgentAsync(request.Agent, outside, context.RequestAborted) is not { } agent || await packages.FindAsync(agent.OrgId, request.Hash, context.RequestAborted) is not { } package)
        {
            return null;
        }

        if (!await places.WaitAsync(TimeSpan.Zero, context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "60";
            return [];
        }

        try
        {
            await SendAsync(context, package, From(context.Request, package));
            return [];
        }
        finally
        {
            places.Release();
        }
    });

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private static long From(HttpRequest request, FleetPackageRow package) =>
        request.GetTypedHeaders().Range is { Unit.Value: "bytes", Ranges: { Count: 1 } ranges } && ranges.First() is { From: > 0 and var from, To: null } && from < package.Size ? from : 0;

    private async Task SendAsync(HttpContext context, FleetPackageRow package, long from)
    {
        var response = context.Response;
        response.ContentType = "application/octet-stream";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = package.Size - from;
        if (from > 0)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers[HeaderNames.ContentRange] = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{package.Size - 1}/{package.Size}");
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        for (var at = from; at < package.Size;)
        {
            var part = await packages.PartAsync(package.Id, at / FleetPackages.PartBytes, context.RequestAborted);
            var skip = (int)(at % FleetPackages.PartBytes);
            if (part is null || part.Length <= skip)
            {
                // It was removed in the meantime: the connection ends early, and the agent asks again.
                context.Abort();
                return;
            }

            await response.Body.WriteAsync(part.AsMemory(skip), context.RequestAborted);
            at += part.Length - skip;
        }
    }
}
