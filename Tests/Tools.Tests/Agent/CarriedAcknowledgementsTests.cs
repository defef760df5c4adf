using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent;
using CopyTrack.Agent.Sending;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>Acknowledgements that are brought to an agent as a file: what waits ends on the manager's word alone.</summary>
public sealed class CarriedAcknowledgementsTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("copytrack-carried-").FullName;
    private readonly ECDsa _manager = FleetKeys.Create();
    private readonly List<string> _told = [];
    private AgentSettings _settings = null!;
    private StateFolder _folder = null!;
    private AgentIdentity _identity = null!;
    private MessageQueue _queue = null!;
    private CarriedAcknowledgements _carried = null!;

    [SetUp]
    public void Start()
    {
        var state = Path.Combine(_path, Guid.NewGuid().ToString("N"));
        _settings = new AgentSettings { Manager = new Uri("https://m.example"), State = state, Ranges = ["192.0.2.1"], Mail = new AgentMail { Host = "mail.example", From = "a@example.org", To = "b@example.org" } };
        _folder = new StateFolder(state);
        _folder.Write("identity.json", new AgentIdentityFile("7", Convert.ToBase64String(_manager.ExportSubjectPublicKeyInfo())), SettingsJson.Default.AgentIdentityFile);
        _identity = AgentIdentity.Load(_folder)!;
        _queue = new MessageQueue(state, 1024 * 1024);
        _carried = new CarriedAcknowledgements(_identity, _folder, _queue, new Listener(_told));
        for (var i = 0; i < 5; i++)
        {
            _queue.Append(_ => [1, 2, 3], null, out _);
        }
    }

    [TearDown]
    public void End()
    {
        _queue.Dispose();
        _identity.Dispose();
        _told.Clear();
    }

    public void Dispose()
    {
        _manager.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    [Test]
    public void File_in_the_folder_ends_what_the_manager_keeps_and_is_gone()
    {
        _carried.Look();
        Assert.That(_told, Is.Empty, "nothing was brought");
        var file = Write(Sealed(new CarriedAcknowledgement(1, 3, [], DateTimeOffset.UnixEpoch)));
        Assert.That(CarriedAcknowledgements.Bring(_settings, file).Through, Is.EqualTo(3));
        _carried.Look();
        Assert.That((string.Join(' ', _queue.Waiting.Select(w => w.Sequence)), _carried.Ended, _told.Single()), Is.EqualTo(("4 5", 3L, "the acknowledgement that was brought here ended 3 messages; 2 wait")));
        _carried.Look();
        Assert.That(_told, Has.Count.EqualTo(1), "the file is gone");
        Assert.That(_carried.Take(Sealed(new CarriedAcknowledgement(1, 3, [], DateTimeOffset.UnixEpoch))), Is.Zero, "the same again ends nothing");
        Assert.That(_carried.Take(Sealed(new CarriedAcknowledgement(1, 5, [(5, 5)], DateTimeOffset.UnixEpoch))), Is.EqualTo(1), "what never came stays");
        Assert.That(_queue.Waiting.Select(w => w.Sequence), Is.EqualTo(new[] { 5L }));
    }

    [Test]
    public void What_the_manager_did_not_sign_for_this_agent_ends_nothing()
    {
        using var thief = FleetKeys.Create();
        var word = new CarriedAcknowledgement(1, 5, [], DateTimeOffset.UnixEpoch);
        var own = _identity.Key.ExportSubjectPublicKeyInfo();
        foreach (var bad in new[] { word.Seal("7", own, thief), word.Seal("8", own, _manager), word.Seal("7", thief.ExportSubjectPublicKeyInfo(), _manager), RandomNumberGenerator.GetBytes(300), [] })
        {
            Assert.That(() => _carried.Take(bad), Throws.InstanceOf<FleetFormatException>());
            Assert.That(() => CarriedAcknowledgements.Bring(_settings, Write(bad)), Throws.InstanceOf<AgentException>());
            _folder.Write(CarriedAcknowledgements.FileName, bad);
            _carried.Look();
            Assert.That(_told[^1], Does.Contain("not taken"));
        }

        Assert.That(() => CarriedAcknowledgements.Bring(_settings, Write(new byte[CarriedAcknowledgement.MaxBytes + 1])), Throws.InstanceOf<AgentException>().With.Message.Contains("too long"));
        Assert.That(() => CarriedAcknowledgements.Bring(_settings with { Mail = null }, Write(Sealed(word))), Throws.InstanceOf<AgentException>().With.Message.Contains("HTTPS"));
        Assert.That(_queue.Count, Is.EqualTo(5));
    }

    [Test]
    public void Numbers_that_this_folder_never_gave_say_that_it_is_a_copy()
    {
        Assert.That(() => _carried.Take(Sealed(new CarriedAcknowledgement(1, 6, [], DateTimeOffset.UnixEpoch))), Throws.InstanceOf<FleetFormatException>().With.Message.Contains("enrol"));
        Assert.That(_queue.Count, Is.EqualTo(5));
    }

    private byte[] Sealed(CarriedAcknowledgement word) => word.Seal("7", _identity.Key.ExportSubjectPublicKeyInfo(), _manager);

    private string Write(byte[] content)
    {
        var file = Path.Combine(_path, "brought.ctack");
        File.WriteAllBytes(file, content);
        return file;
    }

    private sealed class Listener(List<string> told) : IAgentObserver
    {
        public void Told(string line) => told.Add(line);

        public void Kept(FleetMessage message)
        {
            // Nobody listens.
        }
    }
}
