using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Directories;

/// <summary>Mappings that are set while the server runs, by REST and on the page.</summary>
internal sealed class DirectoryMappings(DirectoryConnectors directories, DirectoryRepository rows, IDatabase database, AuditLog audit)
{
    /// <summary>Checks and keeps a mapping; returns it as it is kept. The next run reads everything. Throws <see cref="MappingFaultException"/>.</summary>
    public async Task<MapTexts> SetAsync(DirectoryRow row, MapTexts wanted, string actor, CancellationToken cancellationToken)
    {
        var texts = MapTexts.Of(key => wanted[key]);
        _ = texts.Over((await directories.FindAsync(row.Name, cancellationToken))?.Map ?? new MapOptions());
        await database.WriteAsync(
            async (connection, ct) =>
            {
                await rows.SetMappingAsync(connection, row.Id, texts.ToStored(), ct);
                await audit.AddAsync(connection, row.OrgId, actor, "directory.map", FormattableString.Invariant($"directory:{row.Id}"), row.Mapping, texts.ToStored(), ct);
                return true;
            },
            cancellationToken);
        return texts;
    }
}
