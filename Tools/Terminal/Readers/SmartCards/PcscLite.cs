using System.Runtime.InteropServices;

namespace CopyTrack.Terminal.Readers.SmartCards;

/// <summary>libpcsclite. Its DWORD is an unsigned long: as wide as a pointer on Linux. Results are long too, but only their lower half counts: error codes are not sign-extended.</summary>
internal static partial class PcscLite
{
    internal const nuint ScopeSystem = 2, ShareShared = 2, ProtocolT0 = 1, ProtocolT1 = 2, LeaveCard = 0, ResetCard = 1;
    internal const nuint Changed = 0x2, Unknown = 0x4, Unavailable = 0x8, Empty = 0x10, Present = 0x20, InUse = 0x100, Mute = 0x200;
    internal const int Good = 0;
    internal const int Cancelled = unchecked((int)0x80100002), Timeout = unchecked((int)0x8010000A), NoService = unchecked((int)0x8010001D), ServiceStopped = unchecked((int)0x8010001E),
        NoReaders = unchecked((int)0x8010002E), Unresponsive = unchecked((int)0x80100066), Unpowered = unchecked((int)0x80100067), Removed = unchecked((int)0x80100069), NoCard = unchecked((int)0x8010000C);

    /// <summary>SCARD_READERSTATE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct ReaderState
    {
        public nint Name;
        public nint UserData;
        public nuint Current;
        public nuint Event;
        public nuint AtrLength;
        public fixed byte Atr[33];
    }

    /// <summary>SCARD_IO_REQUEST.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IoRequest
    {
        public nuint Protocol;
        public nuint Length;
    }

    [LibraryImport("libpcsclite.so.1", EntryPoint = "SCardEstablishContext")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int EstablishContext(nuint scope, nint reserved1, nint reserved2, out nint context);

    [LibraryImport("libpcsclite.so.1", EntryPoint = "SCardReleaseContext")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int ReleaseContext(nint context);

    [LibraryImport("libpcsclite.so.1", EntryPoint = "SCardListReaders")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int ListReaders(nint context, nint groups, Span<byte> readers, ref nuint length);

    [LibraryImport("libpcsclite.so.1", EntryPoint = "SCardGetStatusChange")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int GetStatusChange(nint context, nuint timeout, Span<ReaderState> states, nuint count);

    [LibraryImport("libpcsclite.so.1", EntryPoint = "SCardConnect", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int Connect(nint context, string reader, nuint share, nuint protocols, out nint card, out nuint protocol);

    [LibraryImport("libpcsclite.so.1", EntryPoint = "SCardReconnect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int Reconnect(nint card, nuint share, nuint protocols, nuint initialisation, out nuint protocol);

    [LibraryImport("libpcsclite.so.1", EntryPoint = "SCardDisconnect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int Disconnect(nint card, nuint disposition);

    [LibraryImport("libpcsclite.so.1", EntryPoint = "SCardTransmit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int Transmit(nint card, ref IoRequest request, ReadOnlySpan<byte> command, nuint length, nint receiveRequest, Span<byte> answer, ref nuint answerLength);
}
