using CopyTrack.Terminal.Native;

namespace CopyTrack.Terminal.Readers.Keyboard;

/// <summary>A Linux input device, taken alone if wished. Releasing is part of closing.</summary>
internal sealed class EvdevDevice : IDisposable
{
    private const nuint Grab = 0x40044590;
    private const int KeyBytes = 96;
    private const nuint PressedKeys = 0x80000000 | ((nuint)KeyBytes << 16) | ((nuint)'E' << 8) | 0x18;
    private static readonly TimeSpan ReleaseWait = TimeSpan.FromSeconds(2), Slice = TimeSpan.FromMilliseconds(20);

    private readonly ByteDevice device;
    private readonly byte[] buffer = new byte[InputEvent.SizeFor(IntPtr.Size) * 64];
    private readonly bool grabbed;
    private int filled;

    /// <summary>Opens the device. Throws <see cref="DeviceException"/> when it is not there or (with <paramref name="exclusive"/>) can't be taken.</summary>
    internal EvdevDevice(string path, bool exclusive)
    {
        device = new ByteDevice(LibC.Open(path, LibC.ReadOnly), path);
        if (!exclusive)
        {
            return;
        }
        WaitForReleasedKeys();
        if (LibC.Control(device.Handle, Grab, 1) != 0)
        {
            var fault = DeviceException.Last($"{path} can't be taken alone (is it an input device, and not in use by another program?)");
            device.Dispose();
            throw fault;
        }
        grabbed = true;
    }

    /// <summary>Reads what came within <paramref name="wait"/> and hands over whole records; a part of one waits for its rest.</summary>
    internal void Read(Action<InputEvent> take, TimeSpan wait)
    {
        filled += device.Read(buffer.AsSpan(filled), wait);
        var size = InputEvent.SizeFor(IntPtr.Size);
        var offset = 0;
        for (; filled - offset >= size; offset += size)
        {
            take(InputEvent.Read(buffer.AsSpan(offset, size), IntPtr.Size));
        }
        buffer.AsSpan(offset, filled - offset).CopyTo(buffer);
        buffer.AsSpan(filled - offset, offset).Clear();
        filled -= offset;
    }

    /// <summary>Gives the device back and closes it.</summary>
    public void Dispose()
    {
        if (grabbed)
        {
            _ = LibC.Control(device.Handle, Grab, 0);
        }
        device.Dispose();
        buffer.AsSpan().Clear();
    }

    /// <summary>A key that is down when the device is taken would repeat for ever elsewhere: its release would reach nobody.</summary>
    private void WaitForReleasedKeys()
    {
        Span<byte> keys = stackalloc byte[KeyBytes];
        Span<byte> scrap = stackalloc byte[InputEvent.SizeFor(IntPtr.Size)];
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < ReleaseWait)
        {
            keys.Clear();
            if (LibC.ControlBuffer(device.Handle, PressedKeys, keys) < 0 || keys.IndexOfAnyExcept((byte)0) < 0)
            {
                return;
            }
            _ = device.Read(scrap, Slice);
        }
    }
}
