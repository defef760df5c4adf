using CopyTrack.Terminal.Configuration;

namespace CopyTrack.Terminal.Native;

/// <summary>Opens serial lines: raw, without flow control, taken alone.</summary>
internal static class SerialPort
{
    private const nuint TakeExclusive = 0x540C;
    private const uint EightBits = 0x30, SevenBits = 0x20, TwoStopBits = 0x40, Receive = 0x80, Parity = 0x100, OddParity = 0x200, Local = 0x800, HardwareFlow = 0x80000000;
    private const int Now = 0, BothQueues = 2;

    /// <summary>The line, with what was waiting in it thrown away. Throws <see cref="DeviceException"/> when it can't be opened or set.</summary>
    internal static ByteDevice Open(SerialOptions options)
    {
        var handle = LibC.Open(options.Device, LibC.ReadWrite);
        try
        {
            if (LibC.GetAttributes(handle, out var attributes) != 0)
            {
                throw DeviceException.Last($"{options.Device} is no serial line");
            }
            LibC.MakeRaw(ref attributes);
            attributes.ControlFlags &= ~(EightBits | TwoStopBits | Parity | OddParity | HardwareFlow);
            attributes.ControlFlags |= Receive | Local | (options.DataBits == 8 ? EightBits : SevenBits) | (options.StopBits == 2 ? TwoStopBits : 0)
                | options.Parity switch { 'e' => Parity, 'o' => Parity | OddParity, _ => 0 };
            if (LibC.SetSpeed(ref attributes, Speed(options.Baud)) != 0 || LibC.SetAttributes(handle, Now, ref attributes) != 0)
            {
                throw DeviceException.Last($"{options.Device} can't be set to {options.Baud} baud");
            }
            _ = LibC.Control(handle, TakeExclusive, 0);
            _ = LibC.Flush(handle, BothQueues);
            return new ByteDevice(handle, options.Device);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static uint Speed(int baud) => baud switch
    {
        1200 => 9, 2400 => 11, 4800 => 12, 9600 => 13, 19200 => 14, 38400 => 15, 57600 => 0x1001, _ => 0x1002,
    };
}
