using System.Net;
using System.Text;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Server.Webhooks;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Webhooks;

/// <summary>What is decided of webhooks without a network.</summary>
public sealed class WebhookRulesTests
{
    [TestCase("8.8.8.8", true)]
    [TestCase("10.1.2.3", false)]
    [TestCase("100.64.0.1", false)]
    [TestCase("100.128.0.1", true)]
    [TestCase("127.0.0.1", false)]
    [TestCase("169.254.169.254", false)]
    [TestCase("172.31.255.255", false)]
    [TestCase("172.32.0.0", true)]
    [TestCase("192.168.0.1", false)]
    [TestCase("198.19.0.1", false)]
    [TestCase("224.0.0.1", false)]
    [TestCase("255.255.255.255", false)]
    [TestCase("0.0.0.0", false)]
    [TestCase("2606:4700::1", true)]
    [TestCase("::1", false)]
    [TestCase("::", false)]
    [TestCase("fe80::1", false)]
    [TestCase("fd00::1", false)]
    [TestCase("ff02::1", false)]
    [TestCase("::ffff:10.0.0.1", false)]
    [TestCase("::ffff:8.8.8.8", true)]
    [TestCase("::10.0.0.1", false)]
    [TestCase("64:ff9b::a00:1", false)]
    [TestCase("2002:a00:1::", false)]
    [TestCase("2001:0:53aa::", false)]
    [TestCase("2001:db8::1", false)]
    public void Address_is_public_or_set_apart(string address, bool isPublic) => Assert.That(NetworkRules.IsPublic(IPAddress.Parse(address)), Is.EqualTo(isPublic));

    [TestCase("https://example.com/hook?a=b", null)]
    [TestCase("https://8.8.8.8/", null)]
    [TestCase("http://example.com/", "must begin with https")]
    [TestCase("https://10.0.0.1/", "no public address")]
    [TestCase("https://[::ffff:127.0.0.1]/", "no public address")]
    [TestCase("https://2130706433/", "no public address")]
    [TestCase("https://127.1/", "no public address")]
    [TestCase("https://user:word@example.com/", "no user name")]
    [TestCase("https://example.com/#part", "fragment")]
    [TestCase("ftp://example.com/", "full one")]
    [TestCase("example.com", "full one")]
    [TestCase("file:///etc/passwd", "full one")]
    [TestCase("", "full one")]
    public void Address_is_refused_with_its_reason(string address, string? fault)
    {
        Uri? read = WebhookAddress.Read(address, new WebhookOptions(), out string? told);

        Assert.That(read is null, Is.EqualTo(fault is not null));
        Assert.That(told, fault is null ? Is.Null : Does.Contain(fault));
    }

    [Test]
    public void Networks_that_the_operator_allows_may_be_reached_plainly_and_no_others()
    {
        WebhookOptions options = new() { AllowNetworks = [IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00::/8")] };

        Assert.That(WebhookAddress.Read("http://10.1.2.3:8080/", options, out _), Is.Not.Null);
        Assert.That(WebhookAddress.Read("http://[fd12::1]/", options, out _), Is.Not.Null);
        Assert.That(WebhookAddress.Read("https://10.2.0.1/", options, out _), Is.Null);
        Assert.That(WebhookAddress.Read("http://8.8.8.8/", options, out string? plain), Is.Null);
        Assert.That(plain, Does.Contain("plain http"));
        Assert.That(WebhookAddress.Refusal(IPAddress.Parse("::ffff:10.1.2.3"), https: false, options), Is.Null, "the same address, written otherwise");
    }

    [Test]
    public void Signature_is_that_of_the_specification()
    {
        // The example of the Standard Webhooks specification.
        string signature = WebhookSignature.Sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), Encoding.UTF8.GetBytes("{\"test\": 2432232314}"));

        Assert.That(signature, Is.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        Assert.That(Convert.FromBase64String(WebhookSignature.NewSecret()[WebhookSignature.Prefix.Length..]), Has.Length.EqualTo(32));
        Assert.That(WebhookSignature.NewSecret(), Is.Not.EqualTo(WebhookSignature.NewSecret()));
    }

    [TestCase("alert", "{\"kind\":\"panelBypass\"}", "alert", "alert")]
    [TestCase("alert", "{\"kind\":\"panelBypass\"}", "alert;panel.bypass", "panel.bypass")]
    [TestCase("alert", "{\"kind\":\"meterReset\"}", "alert;panel.bypass", "alert")]
    [TestCase("alert", "{\"kind\":\"meterReset\"}", "panel.bypass", null)]
    [TestCase("alert", "no JSON", "panel.bypass;alert", "alert")]
    [TestCase("session.settled", "{}", "session.settled", "session.settled")]
    [TestCase("session.settled", "{}", "alert", null)]
    [TestCase("supply.low", "{}", "alert;supply.low", "supply.low")]
    public void Message_is_the_kind_of_event_that_is_asked_for(string topic, string payload, string events, string? kind) =>
        Assert.That(WebhookEvents.KindOf(topic, payload, events), Is.EqualTo(kind));

    [Test]
    public void Kinds_of_events_are_read_in_one_order_and_unknown_ones_are_named()
    {
        Assert.That(WebhookEvents.Read([" supply.low ", "alert", "alert"], out _), Is.EqualTo("alert;supply.low"));
        Assert.That(WebhookEvents.Read(["session.opened"], out string? fault), Is.Null);
        Assert.That(fault, Does.Contain("'session.opened' is no kind"));
        Assert.That(WebhookEvents.Read([], out fault), Is.Null);
        Assert.That(fault, Does.Contain("at least one"));
    }

    [Test]
    public void Tries_come_ever_more_seldom_within_bounds_and_as_the_receiver_asks()
    {
        Assert.That(RetryTimes.After(1, 0.5, null).TotalSeconds, Is.EqualTo(5).Within(0.001));
        Assert.That(RetryTimes.After(2, 0, null).TotalSeconds, Is.EqualTo(8).Within(0.001));
        Assert.That(RetryTimes.After(5, 1, null).TotalSeconds, Is.EqualTo(96).Within(0.001));
        Assert.That(RetryTimes.After(long.MaxValue, 0.5, null), Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(RetryTimes.After(0, 0.5, null), Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(RetryTimes.After(1, 0.5, TimeSpan.FromMinutes(2)), Is.EqualTo(TimeSpan.FromMinutes(2)));
        Assert.That(RetryTimes.After(1, 0.5, TimeSpan.FromDays(9)), Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That((RetryTimes.Rest(2, 0.5), RetryTimes.Rest(3, 0.5)), Is.EqualTo(((TimeSpan?)null, (TimeSpan?)TimeSpan.FromSeconds(5))));
    }

    [Test]
    public void Supply_becomes_low_once()
    {
        Assert.That(Fallen(null, 9), Is.EqualTo(new[] { new LowSupply("Black", "toner", "black", 9) }), "the first look");
        Assert.That(Fallen(11, 10), Has.Length.EqualTo(1));
        Assert.That(Fallen(10, 9), Is.Empty, "told before");
        Assert.That(Fallen(50, null), Is.Empty);
        Assert.That(Fallen(50, 5, "wasteToner"), Is.Empty);
        Assert.That(SupplyLevels.Fallen(Report(null), Report(3), 10), Has.Length.EqualTo(1), "unknown before");

        static LowSupply[] Fallen(int? before, int? after, string kind = "toner") => [.. SupplyLevels.Fallen(before is null ? null : Report(before, kind), Report(after, kind), 10)];

        static ProbeReport Report(int? percent, string kind = "toner") => new()
        {
            Identity = new DeviceIdentity("Invented", "X1", "INV1", "attic", null, null, null, null, "1.0"), Status = new DeviceStatus("running", "idle", [], "ready"),
            Supplies = [new Supply("1.1", "Black", kind, "black", percent, "exact", 100, "percent", percent)],
        };
    }
}
