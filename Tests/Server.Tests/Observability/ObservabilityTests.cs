using System.Diagnostics.Metrics;
using System.Net;
using CopyTrack.Server.Api;
using CopyTrack.Server.Observability;
using CopyTrack.Server.Tests.Api;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Observability;

[TestFixture(Db.Sqlite)]
internal sealed class ObservabilityTests(Db db) : SiteFixture(db)
{
    [Test]
    public async Task The_server_is_alive_and_ready_with_its_database()
    {
        Assert.That((await GetAsync("/health/live", "")).GetProperty("status").GetString(), Is.EqualTo("ok"));
        Assert.That((await GetAsync("/health/ready", "")).GetProperty("checks").GetProperty("database").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Metrics_are_for_loopback_and_for_the_right_tokens()
    {
        Assert.That((await CallAsync(HttpMethod.Get, "/metrics", token: "")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await CallAsync(HttpMethod.Get, "/metrics", token: await TokenAsync(Roles.Monitor))).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await CallAsync(HttpMethod.Get, "/metrics", token: await TokenAsync(Roles.User))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await CallAsync(HttpMethod.Get, "/metrics", token: "ct_wrong")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public void Metrics_are_in_the_text_format_of_Prometheus()
    {
        using Metrics metrics = new();
        using Meter meter = new("CopyTrack.Test");
        Counter<long> logins = meter.CreateCounter<long>("test.logins", null, "Logins");
        Histogram<double> took = meter.CreateHistogram<double>("test.took", "s");
        meter.CreateObservableGauge("test.open", () => 3);
        logins.Add(2, new KeyValuePair<string, object?>("method", "ca\"rd"));
        logins.Add(1, new KeyValuePair<string, object?>("method", "ca\"rd"));
        took.Record(0.004);

        string text = metrics.Render();

        Assert.That(text, Does.Contain("# HELP test_logins_total Logins\n# TYPE test_logins_total counter\ntest_logins_total{method=\"ca\\\"rd\"} 3\n"));
        Assert.That(text, Does.Contain("# TYPE test_open gauge\ntest_open 3\n"));
        Assert.That(text, Does.Contain("test_took_seconds_bucket{le=\"0.005\"} 1\n").And.Contain("test_took_seconds_bucket{le=\"0.0025\"} 0\n").And.Contain("test_took_seconds_count 1\n"));
    }
}
