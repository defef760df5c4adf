using System.Diagnostics;
using CopyTrack.Server.Hosting;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Hosting;

/// <summary>What a server that waits gives back to the system.</summary>
[TestFixture]
internal sealed class MappedCodeTests
{
    [Test]
    public void Programs_and_libraries_are_found_among_the_mappings()
    {
        string[] lines =
        [
            "7f1000000000-7f1000002000 r-xp 00001000 fe:00 1234   /opt/copytrack/copytrack.dll",
            "7f1000002000-7f1000003000 r--p 00000000 fe:00 1235   /usr/lib/libssl.so.3",
            "7f1000003000-7f1000004000 rw-p 00000000 00:00 0",
            "7f1000004000-7f1000005000 rw-p 00000000 00:00 0      [heap]",
            "7f1000005000-7f1000006000 r--p 00000000 fe:00 1236   /var/lib/copytrack/copytrack.db-shm",
            "7f1000009000-7f1000008000 r--p 00000000 fe:00 1237   /opt/copytrack/backwards.dll",
            "nonsense /x.dll",
            "",
        ];

        Assert.That(MappedCode.Mappings(lines), Is.EqualTo(new[] { (unchecked((nint)0x7f1000000000), (nuint)0x2000), (unchecked((nint)0x7f1000002000), (nuint)0x1000) }));
    }

    [Test]
    public void Code_goes_on_running_after_its_pages_were_given_back()
    {
        var given = MappedCode.GiveBack();

        using var self = Process.GetCurrentProcess();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(given, OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? Is.GreaterThan(10) : Is.GreaterThanOrEqualTo(0));
            Assert.That(self.Modules.Count, Is.Positive);
        }
    }
}
