using System.Globalization;
using System.Text;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Data;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Imports;

/// <summary>Imports on both databases; every test works in an organisation of its own.</summary>
internal abstract class ImportFixture(Db db) : DatabaseFixture(db)
{
    private ServiceProvider? _services;

    protected static KeyRing Ring { get; set; } = new([KeyRing.Generate("k1", DateTimeOffset.UnixEpoch)], DateTimeOffset.UnixEpoch);

    protected long OrgId { get; private set; }

    protected string Organisation => "org" + OrgId.ToString(CultureInfo.InvariantCulture);

    protected CsvImports Imports => Get<CsvImports>();

    protected PersonRepository People => Get<PersonRepository>();

    protected UpsertContext Context => new(OrgId, "test");

    protected T Get<T>() where T : notnull => _services!.GetRequiredService<T>();

    [OneTimeSetUp]
    public void Wire()
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Ids);
        services.AddSingleton(Database);
        services.AddSingleton<IHashKeys>(new Keys());
        services.AddSingleton<ISecretSealer>(new MarkedSealer());
        services.AddSingleton<CopyTrack.Server.Data.IOutbox>(new ToldTopics());
        services.AddImports();
        _services = services.BuildServiceProvider();
    }

    [OneTimeTearDown]
    public void Unwire() => _services?.Dispose();

    [SetUp]
    public async Task AddOrganisationAsync()
    {
        OrgId = Ids.Next();
        await Database.WriteAsync(
            (connection, ct) => Dapper.SqlMapper.ExecuteAsync(
                connection, "insert into organisation (id, name, name_folded, created_at) values (@OrgId, @Organisation, @Organisation, 0)", new { OrgId, Organisation }),
            default);
    }

    /// <summary>Runs an import of lines that get the column of the organisation, and returns the summary and the bad lines.</summary>
    protected async Task<(string Summary, string[] Bad)> ImportAsync(string kind, string csv, bool strict = false, bool dryRun = false)
    {
        var lines = csv.Split('\n').Select((line, i) => line.Length == 0 ? line : i == 0 ? line + ",organisation" : line + "," + Organisation);
        return await RunAsync(kind, Encoding.UTF8.GetBytes(string.Join('\n', lines)), strict, dryRun);
    }

    protected async Task<(string Summary, string[] Bad)> RunAsync(string kind, byte[] bytes, bool strict = false, bool dryRun = false)
    {
        Func<TextReader> open = () => new StreamReader(new MemoryStream(bytes));
        using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var mode = new ImportMode(strict, dryRun, "test");
        var summary = await (kind switch
        {
            "users" => Imports.UsersAsync(open, errors, mode, default),
            "cards" => Imports.CardsAsync(open, errors, mode, default),
            "devices" => Imports.DevicesAsync(open, errors, mode, default),
            "projects" => Imports.ProjectsAsync(open, errors, mode, default),
            _ => throw new AssertionException(kind),
        });
        return (summary.ToString(), errors.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    protected async Task<PersonState> PersonAsync(string name) => await People.FindWholeAsync(OrgId, name, default) ?? throw new AssertionException($"no {name}");

    protected bool HasCard(PersonState person, string card) =>
        person.Cards.Any(row => Ring.Verify(new KeyedHash(row.KeyId, row.Hash), HashKinds.Card, OrgId, card) != HashMatch.No);

    private sealed class Keys : IHashKeys
    {
        public KeyRing Current => Ring;
    }

    // Random in front, as the real one, so that equal secrets never have equal bytes.
    private sealed class MarkedSealer : ISecretSealer
    {
        public byte[] Seal(string text) => [.. Guid.NewGuid().ToByteArray(), .. Encoding.UTF8.GetBytes(text)];

        public string Open(ReadOnlySpan<byte> sealedText) => Encoding.UTF8.GetString(sealedText[16..]);
    }

    /// <summary>Keeps the topics that servers would be told.</summary>
    protected sealed class ToldTopics : CopyTrack.Server.Data.IOutbox
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Topics { get; } = new();

        public Task PublishAsync(string topic, long? deviceId, string payloadJson, CancellationToken cancellationToken)
        {
            Topics.Enqueue(topic);
            return Task.CompletedTask;
        }

        public IAsyncEnumerable<CopyTrack.Server.Data.OutboxMessage> SubscribeAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<CopyTrack.Server.Data.OutboxMessage>();
    }
}
