using System.Runtime.InteropServices;

namespace CopyTrack.Terminal.Native;

/// <summary>
/// A PKCS#11 module (v2.20 and later) through its function list. CK_ULONG is as wide as a pointer on Linux, and structures have their natural alignment. Calls are
/// made one at a time by whoever owns the object; results are CK_RV numbers.
/// </summary>
internal sealed unsafe class Pkcs11 : IDisposable
{
    internal const nuint Ok = 0, AlreadyInitialized = 0x191, Cancelled = 0x01, FunctionCancelled = 0x50, DeviceError = 0x30, DeviceRemoved = 0x32, PinIncorrect = 0xA0, PinInvalid = 0xA1,
        PinLengthRange = 0xA2, PinLocked = 0xA4, SessionHandleInvalid = 0xB3, TokenNotPresent = 0xE0, TokenNotRecognized = 0xE1, AlreadyLoggedIn = 0x100;
    internal const nuint SerialSession = 4, User = 1, ContextSpecific = 2, CertificateClass = 1, PrivateKeyClass = 3;
    internal const nuint Class = 0, Value = 0x11, Id = 0x102, AlwaysAuthenticate = 0x202;
    internal const nuint RsaPkcs = 1, Ecdsa = 0x1041;
    internal const nuint PinCountLow = 0x10000, PinFinalTry = 0x20000, PinIsLocked = 0x40000;

    // Places in CK_FUNCTION_LIST, behind the version.
    private const int Initialize = 0, Finalize = 1, GetSlotList = 4, GetTokenInfo = 6, OpenSession = 12, CloseSession = 13, Login = 18, Logout = 19, GetAttributeValue = 24,
        FindObjectsInit = 26, FindObjects = 27, FindObjectsFinal = 28, SignInit = 42, Sign = 43;
    private const int MaxSlots = 64, MaxValue = 64 * 1024, TokenInfoSize = 512, LabelSize = 32, FlagsOffset = 96;

    private readonly nint library;
    private readonly nint* functions;

    /// <summary>Loads and initialises the module; throws <see cref="DeviceException"/> with the reason.</summary>
    internal Pkcs11(string path)
    {
        if (!NativeLibrary.TryLoad(path, out library))
        {
            throw new DeviceException($"the PKCS#11 module {path} can't be loaded");
        }
        nint list = 0;
        if (!NativeLibrary.TryGetExport(library, "C_GetFunctionList", out var get) || ((delegate* unmanaged<nint*, nuint>)get)(&list) != Ok || list == 0)
        {
            NativeLibrary.Free(library);
            throw new DeviceException($"{path} is no PKCS#11 module");
        }
        functions = (nint*)list + 1;
        var arguments = stackalloc nint[6];
        new Span<nint>(arguments, 6).Clear();
        arguments[4] = 2;
        var result = ((delegate* unmanaged<nint*, nuint>)functions[Initialize])(arguments);
        if (result is not (Ok or AlreadyInitialized))
        {
            NativeLibrary.Free(library);
            throw Failed("C_Initialize", result);
        }
    }

    /// <summary>Slots with a token in them.</summary>
    internal nuint[] Slots()
    {
        var slots = stackalloc nuint[MaxSlots];
        nuint count = MaxSlots;
        Check("C_GetSlotList", ((delegate* unmanaged<byte, nuint*, nuint*, nuint>)functions[GetSlotList])(1, slots, &count));
        return new Span<nuint>(slots, (int)Math.Min(count, MaxSlots)).ToArray();
    }

    /// <summary>Label and flags of a slot's token; null when it is gone.</summary>
    internal (string Label, nuint Flags)? Token(nuint slot)
    {
        var info = stackalloc byte[TokenInfoSize];
        return ((delegate* unmanaged<nuint, byte*, nuint>)functions[GetTokenInfo])(slot, info) == Ok
            ? (System.Text.Encoding.UTF8.GetString(info, LabelSize).TrimEnd(' ', '\0'), *(nuint*)(info + FlagsOffset))
            : null;
    }

    internal nuint Open(nuint slot)
    {
        nuint session;
        Check("C_OpenSession", ((delegate* unmanaged<nuint, nuint, nint, nint, nuint*, nuint>)functions[OpenSession])(slot, SerialSession, 0, 0, &session));
        return session;
    }

    internal void Close(nuint session) => _ = ((delegate* unmanaged<nuint, nuint>)functions[CloseSession])(session);

    internal nuint LogIn(nuint session, nuint user, ReadOnlySpan<byte> pin)
    {
        fixed (byte* bytes = pin)
        {
            return ((delegate* unmanaged<nuint, nuint, byte*, nuint, nuint>)functions[Login])(session, user, bytes, (nuint)pin.Length);
        }
    }

    internal void LogOut(nuint session) => _ = ((delegate* unmanaged<nuint, nuint>)functions[Logout])(session);

    /// <summary>Objects of a class, with this id when one is given; at most 32.</summary>
    internal nuint[] Find(nuint session, nuint objectClass, ReadOnlySpan<byte> id = default)
    {
        fixed (byte* bytes = id)
        {
            var template = stackalloc nuint[6];
            (template[0], template[1], template[2]) = (Class, (nuint)(&objectClass), (nuint)sizeof(nuint));
            (template[3], template[4], template[5]) = (Id, (nuint)bytes, (nuint)id.Length);
            Check("C_FindObjectsInit", ((delegate* unmanaged<nuint, nuint*, nuint, nuint>)functions[FindObjectsInit])(session, template, id.IsEmpty ? 1u : 2u));
        }
        var found = stackalloc nuint[32];
        nuint count = 0;
        var result = ((delegate* unmanaged<nuint, nuint*, nuint, nuint*, nuint>)functions[FindObjects])(session, found, 32, &count);
        _ = ((delegate* unmanaged<nuint, nuint>)functions[FindObjectsFinal])(session);
        Check("C_FindObjects", result);
        return new Span<nuint>(found, (int)Math.Min(count, 32)).ToArray();
    }

    /// <summary>An attribute's bytes; null when the object has none or does not show it.</summary>
    internal byte[]? Attribute(nuint session, nuint handle, nuint type)
    {
        var template = stackalloc nuint[3];
        (template[0], template[1], template[2]) = (type, 0, 0);
        var read = (delegate* unmanaged<nuint, nuint, nuint*, nuint, nuint>)functions[GetAttributeValue];
        if (read(session, handle, template, 1) != Ok || template[2] > MaxValue)
        {
            return null;
        }
        var value = new byte[(int)template[2]];
        fixed (byte* bytes = value)
        {
            template[1] = (nuint)bytes;
            return read(session, handle, template, 1) == Ok ? value[..(int)template[2]] : null;
        }
    }

    internal nuint BeginSign(nuint session, nuint mechanism, nuint key)
    {
        var description = stackalloc nuint[3];
        (description[0], description[1], description[2]) = (mechanism, 0, 0);
        return ((delegate* unmanaged<nuint, nuint*, nuint, nuint>)functions[SignInit])(session, description, key);
    }

    internal nuint EndSign(nuint session, ReadOnlySpan<byte> data, out byte[] signature)
    {
        signature = new byte[1024];
        nuint length = (nuint)signature.Length;
        fixed (byte* bytes = data, into = signature)
        {
            var result = ((delegate* unmanaged<nuint, byte*, nuint, byte*, nuint*, nuint>)functions[Sign])(session, bytes, (nuint)data.Length, into, &length);
            signature = result == Ok ? signature[..(int)length] : [];
            return result;
        }
    }

    /// <summary>Ends the module's work.</summary>
    public void Dispose()
    {
        _ = ((delegate* unmanaged<nint, nuint>)functions[Finalize])(0);
        NativeLibrary.Free(library);
    }

    internal static DeviceException Failed(string call, nuint result) => new($"{call} of the PKCS#11 module failed (0x{result:X})");

    private static void Check(string call, nuint result)
    {
        if (result != Ok)
        {
            throw Failed(call, result);
        }
    }
}
