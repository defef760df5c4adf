using System.Collections.Immutable;
using System.Text.Json;
using CopyTrack.Terminal.Enrolment;
using CopyTrack.Terminal.Machine;

namespace CopyTrack.Terminal.Offline;

/// <summary>Logouts that the server has not acknowledged, kept over a restart: a session must not open again for someone who left.</summary>
internal sealed class LogoutStore(KeyFolder folder)
{
    private const string Name = "logouts.json";

    /// <summary>What an earlier run left; empty when there is nothing or it is damaged.</summary>
    internal ImmutableArray<PendingLogout> Load()
    {
        try
        {
            return folder.Read(Name) is { } bytes ? JsonSerializer.Deserialize<ImmutableArray<PendingLogout>>(bytes) is { IsDefault: false } logouts ? logouts : [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Keeps these and no others.</summary>
    internal void Save(ImmutableArray<PendingLogout> logouts) => folder.Write(Name, JsonSerializer.SerializeToUtf8Bytes(logouts));
}
