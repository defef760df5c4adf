using System.Text;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>The lines of Tests/Vectors/kerberos/rfc.txt.</summary>
internal static class RfcVectors
{
    public static IEnumerable<TestCaseData> Of(string kind)
    {
        var number = 0;
        foreach (var line in File.ReadLines(Path()))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells[0] == kind)
            {
                yield return new TestCaseData((object)cells[1..]).SetArgDisplayNames($"{kind} {++number}");
            }
        }
    }

    /// <summary>Hexadecimal, or text in quotes.</summary>
    public static byte[] Bytes(string cell) => cell.StartsWith('"') ? Encoding.UTF8.GetBytes(cell[1..^1]) : Convert.FromHexString(cell);

    private static string Path()
    {
        var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(System.IO.Path.Combine(at.FullName, "CopyTrack.sln")))
        {
            at = at.Parent ?? throw new InvalidOperationException("the solution is not above the tests");
        }

        return System.IO.Path.Combine(at.FullName, "Tests", "Vectors", "kerberos", "rfc.txt");
    }
}
