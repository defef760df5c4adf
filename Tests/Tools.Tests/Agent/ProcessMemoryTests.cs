using CopyTrack.Agent;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

internal sealed class ProcessMemoryTests
{
    [Test]
    public void Only_pages_of_files_that_nobody_wrote_to_are_given_up()
    {
        string[] smaps =
        [
            .. Range("1000-3000 r-xp 00000000 fe:00 12                   /usr/lib/agent with space", 900, 0),
            .. Range("3000-4000 r--p 00000000 fe:00 12                   /usr/lib/agent", 800, 4),
            .. Range("4000-5000 rw-p 00000000 fe:00 12                   /usr/lib/agent", 800, 0),
            .. Range("5000-6000 r--s 00000000 fe:00 12                   /usr/lib/agent", 700, 0),
            .. Range("7000-8000 r-xs 00000000 00:01 12                   /memfd:doublemapper (deleted)", 900, 0),
            .. Range("8000-9000 rw-p 00000000 00:00 0 ", 900, 900),
            .. Range("9000-a000 r-xp 00000000 00:00 0                    [vdso]", 900, 0),
            "nonsense",
        ];
        Assert.That(ProcessMemory.Unwritten(smaps), Is.EqualTo(new[] { ((nint)0x1000, (nuint)0x2000), ((nint)0x5000, (nuint)0x1000) }));
    }

    [Test]
    public void Process_goes_on_after_its_memory_was_given_back()
    {
        var loaded = ProcessMemory.UnwrittenFiles();
        var kept = Enumerable.Range(0, 1000).Select(i => $"text {i}").ToArray();
        ProcessMemory.GiveBack(loaded);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(loaded, OperatingSystem.IsLinux() ? Is.Not.Empty : Is.Empty);
            Assert.That(kept[999], Is.EqualTo("text 999"));
            Assert.That(System.Text.RegularExpressions.Regex.IsMatch(kept[1], "^t.xt 1$"), "code is there as before");
        }
    }

    private static string[] Range(string head, int resident, int anonymous) => [head, "Size:               4 kB", $"Rss:               {resident} kB", $"Anonymous:         {anonymous} kB", "VmFlags: rd ex mr mw me"];
}
