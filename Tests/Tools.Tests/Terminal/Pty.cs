using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>A pseudo-terminal pair: the test is the device, the program opens <see cref="Path"/> like a serial port.</summary>
internal sealed class Pty : IDisposable
{
    private readonly FileStream stream;
    private readonly SafeFileHandle keptOpen;

    internal Pty()
    {
        var name = new byte[128];
        Assert.That(openpty(out var master, out var slave, name, 0, 0), Is.Zero);
        // The near side stays open, so that the far side never sees a hang-up between two openings by the program.
        keptOpen = new SafeFileHandle(slave, true);
        stream = new FileStream(new SafeFileHandle(master, true), FileAccess.ReadWrite, 0);
        Path = System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0');
    }

    internal string Path { get; }

    /// <summary>Reads exactly these bytes.</summary>
    internal async Task ExpectAsync(string expected, int seconds = 10)
    {
        var buffer = new byte[expected.Length];
        await Task.Run(() => stream.ReadExactly(buffer)).WaitAsync(TimeSpan.FromSeconds(seconds));
        Assert.That(System.Text.Encoding.Latin1.GetString(buffer), Is.EqualTo(expected));
    }

    internal void Write(string text) => stream.Write(System.Text.Encoding.Latin1.GetBytes(text));

    public void Dispose()
    {
        keptOpen.Dispose();
        stream.Dispose();
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int openpty(out int master, out int slave, byte[] name, nint attributes, nint size);
}
