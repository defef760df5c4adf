using System.Net;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Polling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Polling;

/// <summary>A simulated counter service: what it answers is invented after public descriptions, no capture.</summary>
internal sealed class KyoceraMeterSourceTests
{
    private const string Reply = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:c=\"http://www.kyoceramita.com/ws/km-wsdl/log/counter_information\"><e:Body><c:get_counterResponse>"
        + "<c:accounting_print_total_counter>10</c:accounting_print_total_counter><c:accounting_print_black_and_white_copy_counter>7</c:accounting_print_black_and_white_copy_counter>"
        + "</c:get_counterResponse></e:Body></e:Envelope>";

    [Test]
    public async Task Counters_are_read_once_the_device_is_awake()
    {
        var asked = new List<string>();
        var answers = new Queue<string>(["<a>DEEP_SLEEP_NOW_ERROR</a>", Reply]);
        var read = await ReadAsync(async context =>
        {
            asked.Add(await new StreamReader(context.Request.Body).ReadToEndAsync());
            await context.Response.WriteAsync(answers.Dequeue());
        });

        Assert.That(read, Is.TypeOf<MeterRead.Taken>(), read.ToString());
        var reading = ((MeterRead.Taken)read).Reading;
        Assert.That(reading.Values, Is.EqualTo(new long?[] { 10, 7 }));
        Assert.That(reading.Set.Counters.Select(c => (c.Key.Function, c.Role)), Is.EqualTo(new[] { (PageFunction.Total, CounterRole.Total), (PageFunction.Copy, CounterRole.Part) }));
        Assert.That(asked, Has.Count.EqualTo(2).And.All.Contains("ALL_COUNTER"));
    }

    [TestCase("nonsense", "something else")]
    [TestCase("<a/>", "something else")]
    public async Task What_is_no_reply_is_a_failure_with_a_reason(string answer, string reason)
    {
        var read = await ReadAsync(context => context.Response.WriteAsync(answer));
        Assert.That(((MeterRead.Failed)read).Reason, Does.Contain(reason));
    }

    [Test]
    public async Task A_reply_without_end_is_cut_off()
    {
        var read = await ReadAsync(async context =>
        {
            for (var i = 0; i < 1000 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.WriteAsync(new string('x', 10_000), context.RequestAborted);
            }
        });
        Assert.That(read, Is.TypeOf<MeterRead.Failed>());
    }

    private static async Task<MeterRead> ReadAsync(RequestDelegate device)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        app.Run(device);
        await app.StartAsync();
        var port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        using var source = new KyoceraMeterSource(TimeProvider.System);
        return await source.ReadAsync(IPAddress.Loopback, ReadingTrigger.Idle, 1, default, port);
    }
}
