namespace CopyTrack.Server.Data.Directories;

/// <summary>A group of a listing as it is to be stored.</summary>
/// <param name="Id">Ours.</param>
/// <param name="Generation">The listing.</param>
/// <param name="Uuid">Its id in the directory.</param>
/// <param name="Key">The key by which groups name it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Print">The print of all of this and its members.</param>
/// <param name="Sid">Its SID in Active Directory; null elsewhere.</param>
/// <param name="Members">Keys of its members, each once (<see cref="PackedIds"/>).</param>
internal sealed record NewGroup(long Id, long Generation, byte[] Uuid, byte[] Key, string Name, byte[] Print, byte[]? Sid, byte[] Members);
