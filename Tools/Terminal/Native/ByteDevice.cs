using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CopyTrack.Terminal.Native;

/// <summary>Bytes of a character device. One reader and one writer at a time; calls block the calling thread, so use a thread of their own.</summary>
internal sealed class ByteDevice(SafeFileHandle handle, string path) : IDisposable
{
    /// <summary>The open device.</summary>
    internal SafeFileHandle Handle => handle;

    /// <summary>Bytes read: 0 when <paramref name="wait"/> passed without any. Throws <see cref="DeviceException"/> when the device is gone.</summary>
    internal int Read(Span<byte> buffer, TimeSpan wait)
    {
        var entry = new LibC.PollEntry { Descriptor = (int)handle.DangerousGetHandle(), Events = LibC.PollIn };
        var ready = LibC.Poll(ref entry, 1, (int)wait.TotalMilliseconds);
        if (ready == 0 || (ready < 0 && Marshal.GetLastPInvokeError() == LibC.Interrupted))
        {
            return 0;
        }
        var count = LibC.Read(handle, buffer, buffer.Length);
        if (count > 0)
        {
            return (int)count;
        }
        return count < 0 && Marshal.GetLastPInvokeError() is LibC.Again or LibC.Interrupted
            ? 0
            : throw (count == 0 ? new DeviceException($"{path} is gone") : DeviceException.Last($"{path} can't be read"));
    }

    /// <summary>Writes all bytes within <paramref name="wait"/>. Throws <see cref="DeviceException"/> otherwise.</summary>
    internal void Write(ReadOnlySpan<byte> bytes, TimeSpan wait)
    {
        while (!bytes.IsEmpty)
        {
            var entry = new LibC.PollEntry { Descriptor = (int)handle.DangerousGetHandle(), Events = LibC.PollOut };
            if (LibC.Poll(ref entry, 1, (int)wait.TotalMilliseconds) == 0)
            {
                throw new DeviceException($"{path} takes no bytes");
            }
            var count = LibC.Write(handle, bytes, bytes.Length);
            if (count < 0 && Marshal.GetLastPInvokeError() is not (LibC.Again or LibC.Interrupted))
            {
                throw DeviceException.Last($"{path} can't be written");
            }
            bytes = bytes[(int)Math.Max(0, count)..];
        }
    }

    /// <summary>Closes the device.</summary>
    public void Dispose() => handle.Dispose();
}
