using CopyTrack.Server.Hosting;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Hosting;

/// <summary>What a server that waits gives back to the system.</summary>
[TestFixture]
internal sealed class MappedCodeTests
{
    [Test]
    public void Only_programs_and_libraries_that_nobody_wrote_to_are_given_back()
    {
        string[] lines =
        [
            "7f1000000000-7f1000002000 r-xp 00001000 fe:00 1234   /opt/copytrack/copytrack.dll", "Size: 8 kB", "Anonymous:             0 kB", "VmFlags: rd ex mr mw me",
            "7f1000002000-7f1000003000 r--p 00000000 fe:00 1235   /usr/lib/libssl.so.3", "Anonymous:             0 kB",
            "7f1000003000-7f1000004000 r--p 00000000 fe:00 1235   /usr/lib/relocated.so", "Anonymous:             4 kB",
            "7f1000004000-7f1000005000 rw-p 00000000 fe:00 1235   /usr/lib/written.so", "Anonymous:             0 kB",
            "7f1000005000-7f1000006000 r--s 00000000 fe:00 1235   /usr/lib/shared.so", "Anonymous:             0 kB",
            "7f1000006000-7f1000007000 rw-p 00000000 00:00 0", "Anonymous:             0 kB",
            "7f1000007000-7f1000008000 r--p 00000000 fe:00 1236   /var/lib/copytrack/copytrack.db-shm", "Anonymous:             0 kB",
            "7f100000a000-7f1000009000 r--p 00000000 fe:00 1237   /opt/copytrack/backwards.dll", "Anonymous:             0 kB",
            "nonsense /x.dll", "Anonymous:             0 kB", "",
        ];

        Assert.That(MappedCode.Unchanged(lines), Is.EqualTo(new[] { (unchecked((nint)0x7f1000000000), (nuint)0x2000), (unchecked((nint)0x7f1000002000), (nuint)0x1000) }));
    }

    [Test]
    public void Nothing_is_given_back_that_was_not_there_before() => Assert.That(MappedCode.GiveBack(new HashSet<(nint, nuint)>()), Is.Zero);

    [Test]
    public void Code_goes_on_running_after_its_pages_were_given_back()
    {
        var loaded = MappedCode.Unchanged();

        Assert.That(MappedCode.GiveBack(loaded), OperatingSystem.IsLinux() ? Is.InRange(10, loaded.Count) : Is.Zero);
        Assert.That(MappedCode.Unchanged(), OperatingSystem.IsLinux() ? Is.SupersetOf(loaded) : Is.Empty);
    }
}
