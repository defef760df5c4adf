using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

/// <summary>Base of tests of the journal.</summary>
internal abstract class JournalFixture(Db db) : DatabaseFixture(db)
{
    private IDeviceJournal? _journal;

    protected IDeviceJournal Journal => _journal!;

    [OneTimeSetUp]
    public void OpenJournal() => _journal = DataServices.Journal(Database, Ids, Options, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, () => { });

    [OneTimeTearDown]
    public async Task CloseJournalAsync()
    {
        if (_journal is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }

    protected Task<long> ReadingSeqAsync(long device) => Journal.ApplyAsync(device, state => (new DeviceChange(), state.ReadingSeq), default);

    protected Task<long> CountUpAsync(long device) => Journal.ApplyAsync(
        device, state => (new DeviceChange { State = state with { ReadingSeq = state.ReadingSeq + 1 } }, state.ReadingSeq + 1), default);
}
