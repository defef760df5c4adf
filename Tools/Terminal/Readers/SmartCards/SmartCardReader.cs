using System.Runtime.InteropServices;
using System.Text;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Machine;
using CopyTrack.Terminal.Native;

namespace CopyTrack.Terminal.Readers.SmartCards;

/// <summary>The loop over PC/SC readers: cards laid down, readers plugged in and out.</summary>
internal sealed class SmartCardReader(ReaderOptions.SmartCard options, ReaderSink sink)
{
    private const string HotPlug = @"\\?PnP?\Notification";
    private const int MaxReaders = 16;
    private const nuint Slice = 500;
    private static readonly byte[] GetUid = [0xFF, 0xCA, 0x00, 0x00, 0x00];
    private readonly Dictionary<string, nuint> known = new(StringComparer.Ordinal);

    /// <summary>Reads until cancelled; throws <see cref="IOException"/> when the PC/SC service is away.</summary>
    internal void Run(Action works, CancellationToken cancellationToken)
    {
        Check(PcscLite.EstablishContext(PcscLite.ScopeSystem, 0, 0, out var context), "the PC/SC service (pcscd) is not reached");
        try
        {
            known.Clear();
            works();
            while (!cancellationToken.IsCancellationRequested)
            {
                Follow(context, Readers(context));
            }
        }
        finally
        {
            _ = PcscLite.ReleaseContext(context);
        }
    }

    /// <summary>Names of the readers that the service knows; empty when there are none. Throws <see cref="IOException"/> when it is away.</summary>
    internal static string[] Readers(nint context)
    {
        Span<byte> buffer = stackalloc byte[4096];
        var length = (nuint)buffer.Length;
        var result = PcscLite.ListReaders(context, 0, buffer, ref length);
        if (result == PcscLite.NoReaders)
        {
            return [];
        }
        Check(result, "the readers can't be listed");
        return Encoding.UTF8.GetString(buffer[..(int)length]).Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    private void Follow(nint context, string[] readers)
    {
        var names = readers.Where(name => name.Contains(options.Name, StringComparison.OrdinalIgnoreCase)).Take(MaxReaders).ToArray();
        foreach (var gone in known.Keys.Except(names).ToArray())
        {
            known.Remove(gone);
            sink(new TerminalInput.DeviceNotice(gone, "was unplugged", true));
        }
        foreach (var added in names.Where(name => !known.ContainsKey(name)))
        {
            known[added] = 0;
            sink(new TerminalInput.DeviceNotice(added, "is ready", false));
        }
        // The pseudo reader changes when readers come or go; its state is their number in the upper half.
        var states = new PcscLite.ReaderState[names.Length + 1];
        var texts = names.Append(HotPlug).Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        try
        {
            for (var i = 0; i < states.Length; i++)
            {
                states[i].Name = texts[i];
                states[i].Current = i < names.Length ? known[names[i]] : (nuint)readers.Length << 16;
            }
            var result = PcscLite.GetStatusChange(context, Slice, states, (nuint)states.Length);
            if (result is PcscLite.Timeout or PcscLite.Cancelled)
            {
                return;
            }
            Check(result, "the readers can't be watched");
        }
        finally
        {
            Array.ForEach(texts, Marshal.FreeCoTaskMem);
        }
        for (var i = 0; i < names.Length; i++)
        {
            Changed(context, names[i], states[i].Event);
        }
    }

    private void Changed(nint context, string name, nuint state)
    {
        var before = known[name];
        known[name] = state & ~PcscLite.Changed;
        if ((state & (PcscLite.Unknown | PcscLite.Unavailable)) != 0)
        {
            known.Remove(name);
            sink(new TerminalInput.DeviceNotice(name, "was unplugged", true));
            return;
        }
        // The upper half counts card events: a card taken away and laid down again between two looks is a new card.
        var isNew = (state & PcscLite.Present) != 0 && ((before & PcscLite.Present) == 0 || (before >> 16) != (state >> 16));
        if (!isNew)
        {
            return;
        }
        switch (ReadCard(context, name, (state & PcscLite.Mute) != 0))
        {
            case UidAnswer.Number number: sink(new TerminalInput.CardShown(number.Hex, null)); break;
            case UidAnswer.Unusable unusable: sink(new TerminalInput.DeviceNotice(name, unusable.Reason, false)); break;
        }
    }

    private static UidAnswer ReadCard(nint context, string name, bool mute)
    {
        nint card = 0;
        nuint protocol = 0;
        var result = mute ? PcscLite.Unresponsive : PcscLite.Connect(context, name, PcscLite.ShareShared, PcscLite.ProtocolT0 | PcscLite.ProtocolT1, out card, out protocol);
        if (result is PcscLite.Unresponsive or PcscLite.Unpowered)
        {
            return new UidAnswer.Unusable("the card does not answer; lay it down again");
        }
        if (result != PcscLite.Good)
        {
            return new UidAnswer.Unusable("the card was taken away too soon");
        }
        try
        {
            var request = new PcscLite.IoRequest { Protocol = protocol, Length = (nuint)Marshal.SizeOf<PcscLite.IoRequest>() };
            Span<byte> answer = stackalloc byte[264];
            var length = (nuint)answer.Length;
            result = PcscLite.Transmit(card, ref request, GetUid, (nuint)GetUid.Length, 0, answer, ref length);
            if (result == PcscLite.Unpowered && PcscLite.Reconnect(card, PcscLite.ShareShared, PcscLite.ProtocolT0 | PcscLite.ProtocolT1, PcscLite.ResetCard, out request.Protocol) == PcscLite.Good)
            {
                length = (nuint)answer.Length;
                result = PcscLite.Transmit(card, ref request, GetUid, (nuint)GetUid.Length, 0, answer, ref length);
            }
            return result == PcscLite.Good ? UidAnswer.Read(answer[..(int)length]) : new UidAnswer.Unusable("the card was taken away too soon");
        }
        finally
        {
            _ = PcscLite.Disconnect(card, PcscLite.LeaveCard);
        }
    }

    private static void Check(int result, string what)
    {
        if (result != PcscLite.Good)
        {
            throw new DeviceException($"{what} (PC/SC error {(uint)result:X8})");
        }
    }
}
