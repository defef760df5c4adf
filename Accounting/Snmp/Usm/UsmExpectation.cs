namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>
/// What may answer one message of version 3 (RFC 3412 §7.2, RFC 3414 §3.2): a response as well protected as the request, of the same engine and user, signed
/// rightly, inside the time window; or a report, which is not always signed because the engine may not know how.
/// </summary>
internal sealed class UsmExpectation(
    int id, SnmpUser user, LocalKeys keys, byte[] engineId, Func<int, int, bool> insideWindow, PreparedPart? expected = null) : IExpectation
{
    /// <inheritdoc/>
    public Verdict Read(Span<byte> datagram)
    {
        try
        {
            return Judge(datagram, UsmHeader.Read(datagram));
        }
        catch (SnmpFormatException e)
        {
            return MessagePeek.TryReadVersion(datagram, out var version) && version is (int)SnmpVersion.V1 or (int)SnmpVersion.V2c
                ? new Verdict.Unusable(SnmpCause.OtherVersion, version == 0 ? "1" : "2c")
                : new Verdict.Unusable(SnmpCause.Unreadable, e.Message);
        }
    }

    private Verdict Judge(Span<byte> datagram, UsmHeader header)
    {
        if (header.SecurityModel != UsmHeader.UserBased)
        {
            return new Verdict.Unusable(SnmpCause.ReplyOtherSecurityModel);
        }

        if (!header.IsSigned)
        {
            return JudgePlain(header);
        }

        if (!header.EngineId.SequenceEqual(engineId))
        {
            return new Verdict.Unusable(SnmpCause.ReplyFromOtherEngine);
        }

        if (!header.User.SequenceEqual(user.NameBytes.Span))
        {
            return new Verdict.Unusable(SnmpCause.ReplyForOtherUser);
        }

        if (user.Auth == AuthProtocol.None || header.Digest.Length != keys.DigestLength || !keys.Verify(datagram, header.DigestAt))
        {
            return new Verdict.Unusable(SnmpCause.ReplyDigestWrong);
        }

        if (ReadScoped(header) is not { } content)
        {
            return new Verdict.Unusable(SnmpCause.ReplyNotDecrypted);
        }

        if (content.Pdu is Pdu.Report report)
        {
            var (cause, detail) = UsmReports.Read(report);
            return new Verdict.Complaint(cause, detail, Signed: true, header.Boots, header.Time);
        }

        return !insideWindow(header.Boots, header.Time) ? new Verdict.Unusable(SnmpCause.ReplyOutsideTimeWindow)
            : !header.IsEncrypted && user.Priv != PrivProtocol.None ? new Verdict.Unusable(SnmpCause.ReplyUnprotected)
            : Answer(content);
    }

    private Verdict JudgePlain(UsmHeader header)
    {
        var content = ScopedPdu(header.Data);
        if (content.Pdu is Pdu.Report report)
        {
            var (cause, detail) = UsmReports.Read(report);
            return new Verdict.Complaint(cause, detail, Signed: false, header.Boots, header.Time);
        }

        return user.Auth != AuthProtocol.None ? new Verdict.Unusable(SnmpCause.ReplyUnprotected)
            : !header.EngineId.SequenceEqual(engineId) ? new Verdict.Unusable(SnmpCause.ReplyFromOtherEngine)
            : !header.User.SequenceEqual(user.NameBytes.Span) ? new Verdict.Unusable(SnmpCause.ReplyForOtherUser)
            : Answer(content);
    }

    private Verdict Answer(Content content) =>
        content.Id != id && content.Pdu is null or Pdu.Response ? new Verdict.Unusable(SnmpCause.Unreadable, "it answers another request")
        : content.Pdu is null ? new Verdict.InOrder(content.Values)
        : content.Pdu is Pdu.Response response ? new Verdict.Answer(response)
        : new Verdict.Unusable(SnmpCause.Unreadable, "it is a request");

    /// <summary>Null when it can't be decrypted, or gives no PDU.</summary>
    private Content? ReadScoped(UsmHeader header)
    {
        if (!header.IsEncrypted)
        {
            return ScopedPdu(header.Data);
        }

        if (user.Priv == PrivProtocol.None || keys.Decrypt(header.Data.Read(BerTag.OctetString), header.Boots, header.Time, header.PrivParameters) is not { } plain)
        {
            return null;
        }

        try
        {
            // What DES filled up its last block with stays behind the PDU.
            return ScopedPdu(new BerReader(plain), padded: true);
        }
        catch (SnmpFormatException)
        {
            return null;
        }
    }

    private Content ScopedPdu(BerReader data, bool padded = false)
    {
        var scoped = data.ReadInner(BerTag.Sequence);
        if (!padded)
        {
            data.End("the message's data");
        }

        // Which context it is of is what was asked for: the request id inside is drawn at random, and the digest covers it.
        scoped.Read(BerTag.OctetString);
        scoped.Read(BerTag.OctetString);
        if (expected is { } part && part.TryRead(scoped, out var answered, out var values))
        {
            return new Content(null, answered, values);
        }

        var pdu = PduCodec.Read(SnmpVersion.V3, ref scoped);
        scoped.End("the PDU");
        return new Content(pdu, pdu.RequestId, default);
    }

    /// <summary>A PDU, or without one the values that were asked for, in order.</summary>
    private sealed record Content(Pdu? Pdu, int Id, System.Collections.Immutable.ImmutableArray<SnmpValue> Values);
}

/// <summary>What answers the question for an engine's id: any message that names one (RFC 3414 §4).</summary>
internal sealed class DiscoveryExpectation : IExpectation
{
    /// <summary>RFC 3411 §5, SnmpEngineID (SIZE(5..32)).</summary>
    private const int MinEngineId = 5, MaxEngineId = 32;

    public static DiscoveryExpectation Instance { get; } = new();

    /// <inheritdoc/>
    public Verdict Read(Span<byte> datagram)
    {
        try
        {
            var header = UsmHeader.Read(datagram);
            return header.SecurityModel != UsmHeader.UserBased ? new Verdict.Unusable(SnmpCause.ReplyOtherSecurityModel)
                : header.EngineId.Length is < MinEngineId or > MaxEngineId || !header.EngineId.ContainsAnyExcept((byte)0) || !header.EngineId.ContainsAnyExcept((byte)0xFF)
                    ? new Verdict.Unusable(SnmpCause.BadEngineId, $"{header.EngineId.Length} octets")
                : new Verdict.Discovered(header.EngineId.ToArray(), header.Boots, header.Time);
        }
        catch (SnmpFormatException e)
        {
            return MessagePeek.TryReadVersion(datagram, out var version) && version is (int)SnmpVersion.V1 or (int)SnmpVersion.V2c
                ? new Verdict.Unusable(SnmpCause.OtherVersion, version == 0 ? "1" : "2c")
                : new Verdict.Unusable(SnmpCause.Unreadable, e.Message);
        }
    }
}
