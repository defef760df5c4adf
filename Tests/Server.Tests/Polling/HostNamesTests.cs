using System.Net;
using System.Net.Sockets;
using CopyTrack.Server.Polling;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Polling;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostNamesTests
{
    private readonly SteppedTime _time = new();
    private readonly NameService _service = new();
    private HostNames _names = null!;

    [SetUp]
    public void Begin() => _names = new HostNames(_service.AskAsync, new PollingOptions { NameKept = TimeSpan.FromMinutes(5) }, _time);

    [TearDown]
    public void End() => _names.Dispose();

    [Test]
    public async Task Addresses_are_not_asked_for_and_names_once_in_their_time()
    {
        Assert.That((await _names.FindAsync("192.0.2.7", default)).Address, Is.EqualTo(IPAddress.Parse("192.0.2.7")));
        Assert.That(_service.Asked, Is.Zero);
        _service.Is("printer7", "192.0.2.7");
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await _names.FindAsync(i % 2 == 0 ? "printer7" : "PRINTER7", default)).Address, Is.EqualTo(IPAddress.Parse("192.0.2.7")));
        }

        Assert.That(_service.Asked, Is.EqualTo(1));
        _service.Is("printer7", "192.0.2.8");
        _time.Now += TimeSpan.FromMinutes(5);
        Assert.That((await _names.FindAsync("printer7", default)).Address, Is.EqualTo(IPAddress.Parse("192.0.2.8")));
    }

    [Test]
    public async Task Many_who_ask_at_once_wait_for_one_answer()
    {
        _service.Is("printer7", "192.0.2.7");
        _service.Hold = new TaskCompletionSource();
        var asked = Enumerable.Range(0, 50).Select(_ => _names.FindAsync("printer7", default).AsTask()).ToArray();
        _service.Hold.SetResult();
        Assert.That((await Task.WhenAll(asked)).Select(a => a.Address), Is.All.EqualTo(IPAddress.Parse("192.0.2.7")));
        Assert.That(_service.Asked, Is.EqualTo(1));
    }

    [Test]
    public async Task Silent_device_is_looked_up_anew_and_moves_on_to_its_next_address_but_not_at_every_poll()
    {
        _service.Is("printer7", "192.0.2.7", "2001:db8::7");
        var first = (await _names.FindAsync("printer7", default)).Address!;
        _names.Doubt("printer7", first);
        Assert.That((await _names.FindAsync("printer7", default)).Address, Is.EqualTo(first), "looked up a moment ago");
        _time.Now += TimeSpan.FromSeconds(11);
        Assert.That((await _names.FindAsync("printer7", default)).Address, Is.EqualTo(IPAddress.Parse("2001:db8::7")));
        _time.Now += TimeSpan.FromMinutes(6);
        Assert.That((await _names.FindAsync("printer7", default)).Address, Is.EqualTo(IPAddress.Parse("2001:db8::7")), "stays where it answers");
        _names.Doubt("printer7", first);
        Assert.That(_service.Asked, Is.EqualTo(3), "a doubt about an address that is not used any more is none");
    }

    [Test]
    public async Task Last_address_serves_while_the_name_service_is_away_and_a_name_without_one_tells_why()
    {
        _service.Is("printer7", "192.0.2.7");
        await _names.FindAsync("printer7", default);
        _service.Fail = SocketError.TryAgain;
        _time.Now += TimeSpan.FromHours(1);
        Assert.That((await _names.FindAsync("printer7", default)).Address, Is.EqualTo(IPAddress.Parse("192.0.2.7")));
        Assert.That((await _names.FindAsync("printer8", default)).Fault, Is.EqualTo(
            "the address of printer8 is unknown: the name service does not answer; check the name, or enter an IP address"));
        _service.Fail = SocketError.HostNotFound;
        Assert.That((await _names.FindAsync("printer9", default)).Fault, Is.EqualTo(
            "the address of printer9 is unknown: the name service knows no such name; check the name, or enter an IP address"));
        _service.Fail = null;
        _service.Is("printer9", "192.0.2.9");
        Assert.That((await _names.FindAsync("printer9", default)).Address, Is.Null, "asked a moment ago");
        _time.Now += TimeSpan.FromSeconds(11);
        Assert.That((await _names.FindAsync("printer9", default)).Address, Is.EqualTo(IPAddress.Parse("192.0.2.9")));
    }

    [Test]
    public async Task Names_among_ranges_stand_for_their_addresses()
    {
        _service.Is("copier-1", "127.0.0.9");
        var (ranges, fault) = await NamedRanges.ParseAsync(["192.0.2.0/30", "copier-1", "192.0.2.10-11"], _service.AskAsync, default);
        Assert.That(fault, Is.Null);
        Assert.That(ranges!.Spread().Select(a => a.ToString()), Is.EquivalentTo(new[] { "192.0.2.1", "192.0.2.2", "127.0.0.9", "192.0.2.10", "192.0.2.11" }));
        _service.Fail = SocketError.HostNotFound;
        Assert.That((await NamedRanges.ParseAsync(["nobody"], _service.AskAsync, default)).Fault, Is.EqualTo("'nobody': its address is unknown (HostNotFound); check the name, or give an address"));
        Assert.That((await NamedRanges.ParseAsync(["192.0.2.300"], _service.AskAsync, default)).Fault, Does.StartWith("'192.0.2.300': not an address"));
    }

    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class NameService
    {
        private readonly Dictionary<string, IPAddress[]> _known = new(StringComparer.OrdinalIgnoreCase);

        public int Asked { get; private set; }

        public SocketError? Fail { get; set; }

        public TaskCompletionSource? Hold { get; set; }

        public void Is(string name, params string[] addresses) => _known[name] = [.. addresses.Select(IPAddress.Parse)];

        public async Task<IPAddress[]> AskAsync(string name, CancellationToken cancellationToken)
        {
            Asked++;
            if (Hold is not null)
            {
                await Hold.Task;
            }

            return Fail is { } error ? throw new SocketException((int)error) : _known.GetValueOrDefault(name) ?? throw new SocketException((int)SocketError.HostNotFound);
        }
    }
}
