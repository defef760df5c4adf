using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>The real journal, with somebody who hears of each change once it is durable.</summary>
internal sealed class DemoJournal(IDeviceJournal inner, DemoNews news) : IDeviceJournal
{
    /// <inheritdoc/>
    public async Task<T> ApplyAsync<T>(long deviceId, Func<DeviceState, (DeviceChange Change, T Result)> decide, CancellationToken cancellationToken)
    {
        DeviceChange? last = null;
        var result = await inner.ApplyAsync(deviceId, Decide, cancellationToken);
        if (last is { State: not null } change)
        {
            news.Hear(deviceId, change);
        }

        return result;

        // After a conflict the decision runs again: the last one counts.
        (DeviceChange Change, T Result) Decide(DeviceState state)
        {
            var decided = decide(state);
            last = decided.Change;
            return decided;
        }
    }

    /// <inheritdoc/>
    public Task<DeviceState?> ReadAsync(long deviceId, CancellationToken cancellationToken) => inner.ReadAsync(deviceId, cancellationToken);
}
