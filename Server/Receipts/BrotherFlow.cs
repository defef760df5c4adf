using CopyTrack.Accounting.Receipts.Makers;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Receipts;

/// <summary>
/// The panel of a Brother device with BSI as the lock of a walk-up session: whoever has logged in at the device, at a reader beside it or its own pages, has its functions freed one by
/// one, with or without colour; with nobody there everything stays locked. Experimental: no real device has been seen (docs/vendors.md).
/// </summary>
internal sealed class BrotherFlow(IDeviceJournal journal, PersonRepository people, PanelControl panels, DecisionContexts contexts, LiveDevices live)
{
    private const int AskAgainSeconds = 3;

    /// <summary>What the device's panel is to do. Throws <see cref="StorageUnavailableException"/>.</summary>
    public async Task<byte[]> AskAsync(DeviceCaller device, CancellationToken cancellationToken)
    {
        var state = await journal.ReadAsync(device.DeviceId, cancellationToken);
        var person = state?.Open is { } there ? await people.GetAsync(there.Record.PersonId, cancellationToken) : null;
        if (state?.Open is not { } open || person is null || (open.UnlockedAt is null && !panels.MayUnlock(state)))
        {
            var (title, text, again) = PanelTexts.Wait(person?.Language, state?.Open is not null);
            return BrotherPanel.Wait(title, text, again, "./brother", AskAgainSeconds);
        }

        return BrotherPanel.Unlock(person.UserName, open.Record.Functions.Split(';', StringSplitOptions.RemoveEmptyEntries), $"./done?session={SessionText.Of(open.Record.Id)}");
    }

    /// <summary>The device has freed its panel for the session; one that is over changes nothing.</summary>
    public async Task DoneAsync(DeviceCaller device, string? sessionText, CancellationToken cancellationToken)
    {
        if (SessionText.Parse(sessionText ?? "") is { } session && (await journal.ReadAsync(device.DeviceId, cancellationToken))?.Open is { UnlockedAt: null } open && open.Record.Id == session)
        {
            var after = await journal.ApplyAsync(device.DeviceId, s => WalkUpRules.Unlocked(s, contexts.At(unlocked: session)), cancellationToken);
            if (live.IsLive(device.DeviceId))
            {
                live.Follow(after);
            }
        }
    }
}
