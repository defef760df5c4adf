using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CopyTrack.TestKit.Cards;

/// <summary>
/// A PIV card in software (NIST SP 800-73-4 part 2), as far as a login needs one: its authentication certificate, its key of 2,048 bits, and a PIN that is blocked for good after
/// three wrong tries. It answers commands (ISO 7816-4); <see cref="VirtualReader"/> is where it is put in, so that a real PC/SC service and the PKCS#11 module of OpenSC stand
/// between it and whoever uses it.
/// </summary>
public sealed class PivCard(RSA key, X509Certificate2 certificate, string pin)
{
    /// <summary>How many wrong PINs in a row the card takes.</summary>
    public const int Tries = 3;

    private const int Ok = 0x9000, WrongLength = 0x6700, NotVerified = 0x6982, Blocked = 0x6983, WrongData = 0x6A80, NotFound = 0x6A82, Unknown = 0x6D00, Left = 0x63C0;

    // PIX of the application, and the whole of its name behind the issuer's.
    private static readonly byte[] s_application = [0x61, 0x11, 0x4F, 0x06, 0, 0, 0x10, 0, 1, 0, 0x79, 0x07, 0x4F, 0x05, 0xA0, 0, 0, 3, 8];
    private static readonly byte[] s_name = [0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0];

    private readonly List<byte> _command = [];
    private byte[] _rest = [];
    private bool _verified;

    /// <summary>The PKCS#11 module that knows such cards (package opensc).</summary>
    public static string Module => new[] { "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so", "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so", "/usr/lib64/opensc-pkcs11.so" }.FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException("the PKCS#11 module of OpenSC not found: apt-get install opensc-pkcs11");

    /// <summary>How many tries are left.</summary>
    public int TriesLeft { get; private set; } = Tries;

    /// <summary>How many signatures the card has made.</summary>
    public int Signatures { get; private set; }

    /// <summary>The card is reset: whoever comes next has to show the PIN.</summary>
    public void Reset() => _verified = false;

    /// <summary>The answer to a command, with its status at the end.</summary>
    public byte[] Answer(byte[] command)
    {
        if (command.Length < 4)
        {
            return Status(WrongLength);
        }

        if (command[1] == 0xC0)
        {
            return Piece();
        }

        _command.AddRange(command.Length > 5 ? command.AsSpan(5, Math.Min(command[4], command.Length - 5)) : []);
        if ((command[0] & 0x10) != 0)
        {
            // A part of a longer command.
            return Status(Ok);
        }

        byte[] data = [.. _command];
        _command.Clear();
        switch (command[1], command[2], command[3])
        {
            case (0xA4, 4, _):
                return s_name.AsSpan().StartsWith(data) && data.Length >= 5 ? Give(s_application) : Status(NotFound);
            case (0xCB, 0x3F, 0xFF):
                return Object(data) is { } found ? Give(found) : Status(NotFound);
            case (0x20, 0, 0x80):
                return Status(Verify(data));
            case (0x20, 0xFF, 0x80):
                _verified = false;
                return Status(Ok);
            case (0x87, 7, 0x9A):
                return !_verified ? Status(NotVerified) : Sign(data) is { } signature ? Give(signature) : Status(WrongData);
            default:
                return Status(Unknown);
        }
    }

    private int Verify(byte[] shown)
    {
        if (TriesLeft > 0 && shown.Length > 0)
        {
            _verified = shown.AsSpan().SequenceEqual([.. Encoding.ASCII.GetBytes(pin), .. Enumerable.Repeat((byte)0xFF, 8 - pin.Length)]);
            TriesLeft = _verified ? Tries : TriesLeft - 1;
        }

        return TriesLeft == 0 ? Blocked : _verified ? Ok : Left + TriesLeft;
    }

    private byte[]? Object(byte[] data) => data switch
    {
        // Discovery: the application, and that its own PIN counts.
        [0x5C, 1, 0x7E] => Tagged([0x7E], [.. Tagged([0x4F], s_name), .. Tagged([0x5F, 0x2F], [0x40, 0])]),
        // Who the card is: no agency, an id, an end.
        [0x5C, 3, 0x5F, 0xC1, 0x02] => Tagged([0x53], [.. Tagged([0x30], new byte[25]), .. Tagged([0x34], [.. Enumerable.Range(1, 16).Select(i => (byte)i)]), .. Tagged([0x35], "20401231"u8.ToArray()), .. Tagged([0x3E], []), .. Tagged([0xFE], [])]),
        [0x5C, 3, 0x5F, 0xC1, 0x05] => Tagged([0x53], [.. Tagged([0x70], certificate.RawData), .. Tagged([0x71], [0]), .. Tagged([0xFE], [])]),
        _ => null,
    };

    /// <summary>7C { 82 (empty), 81 (what to sign, padded by whoever asks) } becomes 7C { 82 (signature) }.</summary>
    private byte[]? Sign(byte[] template)
    {
        var size = key.KeySize / 8;
        var at = template.AsSpan().IndexOf((byte[])[0x81, 0x82, (byte)(size >> 8), (byte)size]);
        if (at < 0 || template.Length < at + 4 + size)
        {
            return null;
        }

        var parts = key.ExportParameters(includePrivateParameters: true);
        var signed = BigInteger.ModPow(Number(template.AsSpan(at + 4, size)), Number(parts.D), Number(parts.Modulus)).ToByteArray(isUnsigned: true, isBigEndian: true);
        Signatures++;
        return Tagged([0x7C], Tagged([0x82], [.. new byte[size - signed.Length], .. signed]));
    }

    private byte[] Give(byte[] answer)
    {
        _rest = answer;
        return Piece();
    }

    /// <summary>As much as a short answer takes; the status says how much is left.</summary>
    private byte[] Piece()
    {
        var now = _rest[..Math.Min(_rest.Length, 256)];
        _rest = _rest[now.Length..];
        return [.. now, .. Status(_rest.Length == 0 ? Ok : 0x6100 + (_rest.Length < 256 ? _rest.Length : 0))];
    }

    private static BigInteger Number(ReadOnlySpan<byte> octets) => new(octets, isUnsigned: true, isBigEndian: true);

    private static byte[] Status(int status) => [(byte)(status >> 8), (byte)status];

    private static byte[] Tagged(byte[] tag, byte[] value) =>
        [.. tag, .. value.Length < 0x80 ? [(byte)value.Length] : value.Length < 0x100 ? new byte[] { 0x81, (byte)value.Length } : [0x82, (byte)(value.Length >> 8), (byte)value.Length], .. value];
}
