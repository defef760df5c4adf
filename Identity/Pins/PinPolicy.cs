using System.Globalization;

namespace CopyTrack.Identity.Pins;

/// <summary>Which PINs are good: long enough that a guess hits anyone with at most 1/1,000, and none that people try first.</summary>
public static class PinPolicy
{
    /// <summary>Most digits of a PIN.</summary>
    public const int MaxLength = 16;

    /// <summary>Digits that a PIN needs among <paramref name="users"/> persons: 6 below 1,000, 7 below 10,000, then 8.</summary>
    public static int RequiredLength(long users) => users < 1_000 ? 6 : users < 10_000 ? 7 : 8;

    /// <summary>Null for a good PIN, else what is wrong with it, in words that do not contain it.</summary>
    public static string? FaultOf(string pin, long users)
    {
        if (pin.Length == 0 || !pin.All(char.IsAsciiDigit))
        {
            return "a PIN consists of digits only";
        }
        int required = RequiredLength(users);
        if (pin.Length < required)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the PIN is too short: {required} digits are needed");
        }
        if (pin.Length > MaxLength)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the PIN is longer than {MaxLength} digits");
        }
        return IsTrivial(pin) ? "the PIN is trivial" : null;
    }

    /// <summary>
    /// True for digits in a constant step (also over 9 to 0), a repeated block, a mirrored text, fewer than three different digits, or a year
    /// that people mean (1940 to 2039) at either end.
    /// </summary>
    public static bool IsTrivial(string pin) =>
        pin.Distinct().Take(3).Count() < 3 || HasConstantStep(pin) || IsRepeated(pin) || IsMirrored(pin) || IsYear(pin[..Math.Min(4, pin.Length)]) || IsYear(pin[Math.Max(0, pin.Length - 4)..]);

    private static bool HasConstantStep(string pin)
    {
        int step = Step(pin, 1);
        for (int i = 2; i < pin.Length; i++)
        {
            if (Step(pin, i) != step)
            {
                return false;
            }
        }
        return true;
    }

    private static int Step(string pin, int at) => (pin[at] - pin[at - 1] + 10) % 10;

    private static bool IsRepeated(string pin)
    {
        for (int period = 1; period <= pin.Length / 2; period++)
        {
            if (pin.AsSpan(period).SequenceEqual(pin.AsSpan(0, pin.Length - period)))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsMirrored(string pin)
    {
        for (int i = 0; i < pin.Length / 2; i++)
        {
            if (pin[i] != pin[pin.Length - 1 - i])
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsYear(string digits) =>
        digits.Length == 4 && int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) is >= 1940 and < 2040;
}
