using System.Security.Cryptography;
using System.Text;
using CopyTrack.Identity.Secrets;

namespace CopyTrack.Identity.SecondStep;

/// <summary>
/// Codes on paper that stand in for a lost authenticator, each good once. They have 75 random bits, so a plain hash does: nobody tries them all, even with the
/// database in hand.
/// </summary>
public static class RecoveryCode
{
    /// <summary>How many a person gets.</summary>
    public const int Count = 10;

    /// <summary>New codes, to be shown once.</summary>
    public static IReadOnlyList<string> Generate() => [.. Enumerable.Range(0, Count).Select(_ => HumanCode.Generate(HumanCode.SetupLength))];

    /// <summary>What is stored of a code as typed; null when it can't be one.</summary>
    public static byte[]? Hash(string typed) => HumanCode.Normalize(typed, HumanCode.SetupLength) is { } code ? SHA256.HashData(Encoding.ASCII.GetBytes(code)) : null;
}
