using System.Globalization;
using System.Text;
using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>Whether an account may be used, by the attributes of the common directories.</summary>
public static class AccountState
{
    /// <summary>The attributes that tell it; a server knows some of them and passes over the others.</summary>
    public static readonly string[] Attributes = ["userAccountControl", "accountExpires", "nsAccountLock", "pwdAccountLockedTime", "shadowExpire", "krbPrincipalExpiration"];

    private const int AdDisabled = 2;

    /// <summary>Null for an account in use, else <c>disabled</c>, <c>expired</c> or <c>locked</c> (for good: a lock that ends by itself is not told).</summary>
    public static string? Inactive(LdapEntry entry, DateTimeOffset now)
    {
        if (Number(entry, "userAccountControl") is { } control && (control & AdDisabled) != 0)
        {
            return "disabled";
        }

        // 100 ns since 1601; 0 and the largest number mean never (MS-ADA1 accountExpires).
        if (Number(entry, "accountExpires") is { } expires and > 0 and < long.MaxValue && expires <= Math.Max(now.ToFileTime(), 0))
        {
            return "expired";
        }

        if (entry.Text("nsAccountLock") is { } locked && locked.Equals("TRUE", StringComparison.OrdinalIgnoreCase))
        {
            return "disabled";
        }

        // The value that means locked until an administrator unlocks it (draft-behera-ldap-password-policy).
        if (entry.Text("pwdAccountLockedTime") == "000001010000Z")
        {
            return "locked";
        }

        if (Number(entry, "shadowExpire") is { } days and >= 0 and < 10_000_000 && DateTimeOffset.UnixEpoch.AddDays(Math.Min(days, 2_000_000)) <= now)
        {
            return "expired";
        }

        return GeneralizedTime.Parse(entry.Text("krbPrincipalExpiration")) is { } end && end <= now ? "expired" : null;
    }

    private static long? Number(LdapEntry entry, string name) =>
        long.TryParse(entry.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}

/// <summary>GeneralizedTime as directories write it (RFC 4517 §3.3.13), in UTC.</summary>
public static class GeneralizedTime
{
    private static readonly string[] s_forms = ["yyyyMMddHHmmss'Z'", "yyyyMMddHHmmss.f'Z'", "yyyyMMddHHmmss.ff'Z'", "yyyyMMddHHmmss.fff'Z'", "yyyyMMddHHmmss.ffffff'Z'", "yyyyMMddHHmm'Z'"];

    /// <summary>The time; null for a text that is none.</summary>
    public static DateTimeOffset? Parse(string? text) => text is not null
        && DateTimeOffset.TryParseExact(text, s_forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The text of a time, in whole seconds.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>What stays the same through every rename and move.</summary>
public static class EntryId
{
    /// <summary>The 16 octets of entryUUID (text, RFC 4530), objectGUID, or nsUniqueId; null when the entry lacks it or it is none.</summary>
    public static byte[]? Of(LdapEntry entry, string attribute)
    {
        if (entry.First(attribute) is not { } value)
        {
            return null;
        }

        if (attribute.Equals("objectGUID", StringComparison.OrdinalIgnoreCase))
        {
            return value.Length == 16 ? value.ToArray() : null;
        }

        Span<char> hex = stackalloc char[32];
        var count = 0;
        foreach (var octet in value.Span)
        {
            if (octet == (byte)'-')
            {
                continue;
            }

            if (count == 32 || !char.IsAsciiHexDigit((char)octet))
            {
                return null;
            }

            hex[count++] = (char)octet;
        }

        return count == 32 ? Convert.FromHexString(hex) : null;
    }

    /// <summary>For people: the usual form of a UUID.</summary>
    public static string Show(ReadOnlySpan<byte> uuid)
    {
        var text = new StringBuilder(Convert.ToHexStringLower(uuid));
        foreach (var at in (int[])[20, 16, 12, 8])
        {
            if (text.Length > at)
            {
                text.Insert(at, '-');
            }
        }

        return text.ToString();
    }
}
