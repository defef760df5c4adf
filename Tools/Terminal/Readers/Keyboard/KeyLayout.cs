using System.Collections.Frozen;

namespace CopyTrack.Terminal.Readers.Keyboard;

/// <summary>Key codes (linux/input-event-codes.h) to the characters that card numbers are made of, for a keyboard layout.</summary>
internal sealed class KeyLayout
{
    internal const ushort Escape = 1, Backspace = 14, Tab = 15, Enter = 28, LeftShift = 42, RightShift = 54, CapsLock = 58, F1 = 59, KeypadMinus = 74, KeypadEnter = 96, F12 = 88, Delete = 111;

    private readonly FrozenDictionary<ushort, (char Plain, char Shifted)> keys;

    private KeyLayout(string digits, string shiftedDigits, string top, string middle, string bottom, params (ushort Code, char Plain, char Shifted)[] others)
    {
        var map = new Dictionary<ushort, (char, char)>();
        for (var i = 0; i < 10; i++)
        {
            map[(ushort)(2 + i)] = (digits[i], shiftedDigits[i]);
        }
        Row(map, 16, top);
        Row(map, 30, middle);
        Row(map, 44, bottom);
        foreach (var (code, plain, shifted) in others)
        {
            map[code] = (plain, shifted);
        }
        ReadOnlySpan<ushort> keypad = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73];
        for (var i = 0; i < 10; i++)
        {
            map[keypad[i]] = ((char)('0' + i), (char)('0' + i));
        }
        keys = map.ToFrozenDictionary();
    }

    /// <summary>The layout named <c>us</c>, <c>de</c> or <c>fr</c>.</summary>
    internal static KeyLayout Named(string name) => name switch
    {
        "de" => new("1234567890", "!\"§$%&/()=", "qwertzuiop", "asdfghjkl", "yxcvbnm", (51, ',', ';'), (52, '.', ':'), (53, '-', '_')),
        "fr" => new("&é\"'(-è_çà", "1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn", (50, ',', '?'), (51, ';', '.'), (52, ':', '/'), (53, '!', '§')),
        _ => new("1234567890", "!@#$%^&*()", "qwertyuiop", "asdfghjkl", "zxcvbnm", (12, '-', '_'), (13, '=', '+'), (39, ';', ':'), (51, ',', '<'), (52, '.', '>'), (53, '/', '?')),
    };

    /// <summary>The character of a key, or null for a key that writes none.</summary>
    internal char? Character(ushort code, bool shift, bool caps)
    {
        if (!keys.TryGetValue(code, out var pair))
        {
            return null;
        }
        return char.IsAsciiLetter(pair.Plain) ? (shift != caps ? pair.Shifted : pair.Plain) : shift ? pair.Shifted : pair.Plain;
    }

    private static void Row(Dictionary<ushort, (char, char)> map, ushort first, string letters)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            map[(ushort)(first + i)] = (letters[i], char.ToUpperInvariant(letters[i]));
        }
    }
}
