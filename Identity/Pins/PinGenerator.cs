using System.Security.Cryptography;

namespace CopyTrack.Identity.Pins;

/// <summary>Makes PINs: every good PIN is as likely as any other.</summary>
public static class PinGenerator
{
    private const int MostTries = 10_000;

    /// <summary>A PIN of the required length that is not trivial. Drawn without modulo bias.</summary>
    public static string Next(long users)
    {
        while (true)
        {
            string pin = RandomNumberGenerator.GetString("0123456789", PinPolicy.RequiredLength(users));
            if (!PinPolicy.IsTrivial(pin))
            {
                return pin;
            }
        }
    }

    /// <summary>
    /// A PIN for which <paramref name="isFree"/> says true. Throws <see cref="InvalidOperationException"/> when 10,000 draws found none: then the
    /// predicate is wrong, because at most one in a thousand is taken.
    /// </summary>
    public static string Next(long users, Predicate<string> isFree)
    {
        for (int i = 0; i < MostTries; i++)
        {
            string pin = Next(users);
            if (isFree(pin))
            {
                return pin;
            }
        }
        throw new InvalidOperationException("no free PIN was found");
    }
}
