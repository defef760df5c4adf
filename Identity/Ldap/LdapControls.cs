using System.Collections.Immutable;
using System.Formats.Asn1;

namespace CopyTrack.Identity.Ldap;

/// <summary>Pages of a search (RFC 2696).</summary>
public static class PagedResults
{
    /// <summary>OID of the control, in both directions.</summary>
    public const string Oid = "1.2.840.113556.1.4.319";

    /// <summary>Asks for the next page of at most <paramref name="size"/> entries; an empty cookie asks for the first.</summary>
    public static LdapControl Request(int size, ReadOnlyMemory<byte> cookie)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(size);
            writer.WriteOctetString(cookie.Span);
        }

        return new LdapControl(Oid, true, writer.Encode());
    }

    /// <summary>The cookie of the next page: empty when this was the last, null when the server did not page. Throws <see cref="LdapFormatException"/>.</summary>
    public static ReadOnlyMemory<byte>? Cookie(LdapMessage done)
    {
        if (done.Control(Oid) is not { } value)
        {
            return null;
        }

        var reader = new BerReader(new BerReader(value.Span).Read(BerTag.Sequence));
        reader.ReadInteger();
        return reader.Read(BerTag.OctetString).ToArray();
    }
}

/// <summary>What became of an entry since the cookie (RFC 4533 §2.2).</summary>
public enum SyncState
{
    /// <summary>As it was.</summary>
    Present = 0,

    /// <summary>New.</summary>
    Add = 1,

    /// <summary>Changed.</summary>
    Modify = 2,

    /// <summary>Gone.</summary>
    Delete = 3,
}

/// <summary>A Sync Info message (RFC 4533 §2.5).</summary>
public abstract record SyncInfo
{
    private SyncInfo() { }

    /// <summary>A newer cookie, or the end of a phase.</summary>
    public sealed record Cookie(ReadOnlyMemory<byte>? Value) : SyncInfo;

    /// <summary>Entries by their UUIDs alone: gone, or else as they were.</summary>
    public sealed record Ids(ReadOnlyMemory<byte>? Newer, bool Deleted, ImmutableArray<ReadOnlyMemory<byte>> Uuids) : SyncInfo;
}

/// <summary>Content synchronisation (RFC 4533).</summary>
public static class ContentSync
{
    /// <summary>OID of the request control; a root DSE that lists it offers it.</summary>
    public const string RequestOid = "1.3.6.1.4.1.4203.1.9.1.1";

    /// <summary>OID of the control on an entry.</summary>
    public const string StateOid = "1.3.6.1.4.1.4203.1.9.1.2";

    /// <summary>OID of the control at the end.</summary>
    public const string DoneOid = "1.3.6.1.4.1.4203.1.9.1.3";

    /// <summary>OID of the intermediate message.</summary>
    public const string InfoOid = "1.3.6.1.4.1.4203.1.9.1.4";

    private const int MaxIds = 100_000;

    /// <summary>Asks for what changed since the cookie, once (refreshOnly); without one, for everything.</summary>
    public static LdapControl Request(ReadOnlyMemory<byte>? cookie)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            LdapEncoder.Enumerated(writer, 1);
            if (cookie is { } value)
            {
                writer.WriteOctetString(value.Span);
            }
        }

        return new LdapControl(RequestOid, true, writer.Encode());
    }

    /// <summary>State and UUID of an entry. Throws <see cref="LdapFormatException"/> when the message lacks them.</summary>
    public static (SyncState State, byte[] Uuid) State(LdapMessage entry)
    {
        if (entry.Control(StateOid) is not { } value)
        {
            throw new LdapFormatException("an entry without its sync state");
        }

        var reader = new BerReader(new BerReader(value.Span).Read(BerTag.Sequence));
        var state = reader.ReadEnumerated();
        var uuid = reader.Read(BerTag.OctetString);
        return state is >= 0 and <= 3 && uuid.Length == 16 ? ((SyncState)state, uuid.ToArray()) : throw new LdapFormatException("a sync state that is none");
    }

    /// <summary>The new cookie, and whether the gone were named one by one (a delete phase). A server that sends no control gives (null, false).</summary>
    public static (ReadOnlyMemory<byte>? Cookie, bool Deletes) Done(LdapMessage done)
    {
        if (done.Control(DoneOid) is not { } value)
        {
            return (null, false);
        }

        var reader = new BerReader(new BerReader(value.Span).Read(BerTag.Sequence));
        ReadOnlyMemory<byte>? cookie = reader.TryRead(BerTag.OctetString, out var bytes) ? bytes.ToArray() : default(ReadOnlyMemory<byte>?);
        return (cookie, !reader.IsEmpty && reader.ReadBoolean());
    }

    /// <summary>Reads an intermediate message; null when it is another kind. Throws <see cref="LdapFormatException"/>.</summary>
    public static SyncInfo? Info(LdapResponse.Intermediate message)
    {
        if (message.Name != InfoOid || message.Value is not { } value)
        {
            return null;
        }

        var reader = new BerReader(value.Span);
        var tag = reader.PeekTag();
        var content = reader.ReadAny();
        var inner = new BerReader(content);
        switch (tag)
        {
            case 0x80:
                return new SyncInfo.Cookie(content.ToArray());
            case 0xA1 or 0xA2:
                return new SyncInfo.Cookie(inner.TryRead(BerTag.OctetString, out var cookie) ? cookie.ToArray() : default(ReadOnlyMemory<byte>?));
            case 0xA3:
                ReadOnlyMemory<byte>? newer = inner.TryRead(BerTag.OctetString, out var bytes) ? bytes.ToArray() : default(ReadOnlyMemory<byte>?);
                var deleted = inner.PeekTag() == BerTag.Boolean && inner.ReadBoolean();
                return new SyncInfo.Ids(newer, deleted, Uuids(inner.Read(BerTag.Set)));
            default:
                throw new LdapFormatException($"a sync message of an unknown kind (tag 0x{tag:X2})");
        }
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Uuids(ReadOnlySpan<byte> set)
    {
        var uuids = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        var reader = new BerReader(set);
        while (!reader.IsEmpty)
        {
            var uuid = reader.Read(BerTag.OctetString);
            uuids.Add(uuid.Length == 16 && uuids.Count < MaxIds ? uuid.ToArray() : throw new LdapFormatException("a UUID that is none, or too many of them"));
        }

        return uuids.ToImmutable();
    }
}

/// <summary>DirSync of Active Directory (MS-ADTS 3.1.1.3.4.1.3).</summary>
public static class DirSync
{
    /// <summary>OID of the control, in both directions.</summary>
    public const string Oid = "1.2.840.113556.1.4.841";

    /// <summary>Shows what the account may read, instead of needing the right to replicate.</summary>
    public const int ObjectSecurity = 1;

    /// <summary>Asks for what changed since the cookie.</summary>
    public static LdapControl Request(int flags, int maxBytes, ReadOnlyMemory<byte> cookie)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(flags);
            writer.WriteInteger(maxBytes);
            writer.WriteOctetString(cookie.Span);
        }

        return new LdapControl(Oid, true, writer.Encode());
    }

    /// <summary>Whether more is waiting, and the next cookie. Throws <see cref="LdapFormatException"/> when the server sent none.</summary>
    public static (bool More, ReadOnlyMemory<byte> Cookie) Response(LdapMessage done)
    {
        if (done.Control(Oid) is not { } value)
        {
            throw new LdapFormatException("the end of a DirSync answer without its cookie");
        }

        var reader = new BerReader(new BerReader(value.Span).Read(BerTag.Sequence));
        var more = reader.ReadInteger() != 0;
        reader.ReadInteger();
        return (more, reader.Read(BerTag.OctetString).ToArray());
    }
}

/// <summary>Other controls.</summary>
public static class LdapControls
{
    /// <summary>Shows deleted objects too (MS-ADTS LDAP_SERVER_SHOW_DELETED_OID).</summary>
    public static LdapControl ShowDeleted { get; } = new("1.2.840.113556.1.4.417", true, null);

    /// <summary>Names come with the objectGUID before them, as <c>&lt;GUID=...&gt;;&lt;SID=...&gt;;CN=...</c> (MS-ADTS LDAP_SERVER_EXTENDED_DN_OID, string form).</summary>
    public static LdapControl ExtendedDn { get; } = new("1.2.840.113556.1.4.529", true, new byte[] { 0x30, 3, 2, 1, 1 });
}
