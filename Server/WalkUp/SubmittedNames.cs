using System.Security.Cryptography;
using System.Text;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.WalkUp;

/// <summary>Names as submitted, for lock-out.</summary>
internal static class SubmittedNames
{
    /// <summary>
    /// The key under which wrong passwords of a requested principal count, whether somebody has it or not. Names of people stand in the person table only; here a
    /// name needs to be recognised, not read.
    /// </summary>
    public static string Key(string requested) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(NameFolding.Fold(requested))))[..32];
}
