using System.Collections.Frozen;

namespace CopyTrack.Terminal.Readers.Keyboard;

/// <summary>Key codes (linux/input-event-codes.h) to the characters that card numbers are made of, for a keyboard layout.</summary>
internal sealed class KeyLayout
{
    internal const ushort Escape = 1, Backspace = 14, Tab = 15, Enter = 28, LeftShift = 42, RightShift = 54, CapsLock = 58, F1 = 59, KeypadMinus = 74, KeypadEnter = 96, F12 = 88, RightAlt = 100, Delete = 111;

    private readonly FrozenDictionary<ushort, (char Plain, char Shifted)> keys;
    private readonly Dictionary<(ushort Code, int Level), char> text = [];

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
        "de" => new KeyLayout("1234567890", "!\"§$%&/()=", "qwertzuiop", "asdfghjkl", "yxcvbnm", (51, ',', ';'), (52, '.', ':'), (53, '-', '_'))
            .With([12, 26, 27, 39, 40, 43, 86], "ßü+öä#<", "?Ü*ÖÄ'>", (16, '@'), (18, '€'), (8, '{'), (9, '['), (10, ']'), (11, '}'), (12, '\\'), (27, '~'), (86, '|')),
        "fr" => new KeyLayout("&é\"'(-è_çà", "1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn", (50, ',', '?'), (51, ';', '.'), (52, ':', '/'), (53, '!', '§'))
            .With([12, 13, 27, 40, 43, 86], ")=$ù*<", "°+£%µ>", (3, '~'), (4, '#'), (5, '{'), (6, '['), (7, '|'), (9, '\\'), (10, '^'), (11, '@'), (12, ']'), (13, '}'), (18, '€')),
        _ => new KeyLayout("1234567890", "!@#$%^&*()", "qwertyuiop", "asdfghjkl", "zxcvbnm", (12, '-', '_'), (13, '=', '+'), (39, ';', ':'), (51, ',', '<'), (52, '.', '>'), (53, '/', '?'))
            .With([26, 27, 40, 41, 43], "[]'`\\", "{}\"~|"),
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

    /// <summary>The character of a key in a name or password, also with AltGr; null for a key that writes none.</summary>
    internal char? Text(ushort code, bool shift, bool right) =>
        right ? (text.TryGetValue((code, 2), out var third) ? third : null)
        : text.TryGetValue((code, shift ? 1 : 0), out var character) ? character
        : Character(code, shift, false);

    /// <summary>Keys beyond those that cards need: plain, shifted and AltGr rows of the same codes; a blank stands for none, but on the space bar.</summary>
    private KeyLayout With(ushort[] codes, string plain, string shifted, params (ushort Code, char Character)[] right)
    {
        for (var i = 0; i < codes.Length; i++)
        {
            text[(codes[i], 0)] = plain[i];
            text[(codes[i], 1)] = shifted[i];
        }
        foreach (var (code, character) in right)
        {
            text[(code, 2)] = character;
        }
        text[(57, 0)] = text[(57, 1)] = ' ';
        return this;
    }

    private static void Row(Dictionary<ushort, (char, char)> map, ushort first, string letters)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            map[(ushort)(first + i)] = (letters[i], char.ToUpperInvariant(letters[i]));
        }
    }
}
