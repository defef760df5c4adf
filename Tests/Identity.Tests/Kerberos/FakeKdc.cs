using System.Formats.Asn1;
using System.Text;
using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Kerberos.Crypto;
using CopyTrack.Identity.Kerberos.Messages;
using CopyTrack.Identity.Kerberos.Transport;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>
/// A KDC in memory that knows every key, and so can lie where no stranger could: each member bends one thing of an otherwise right exchange.
/// </summary>
internal sealed class FakeKdc : IKdcChannel
{
    public const string Realm = "ACME.TEST", Password = "secret";

    public static readonly PrincipalName Alice = new(PrincipalName.Principal, ["alice"]);
    public static readonly Principal Service = new(new PrincipalName(PrincipalName.Service, ["HTTP", "copytrack"]), Realm);

    private static readonly EncryptionProfile Profile = EncryptionProfile.Find(18)!;
    private readonly byte[] clientKey = Profile.StringToKey(Encoding.UTF8.GetBytes(Password), "SALT"u8, 4096);
    private readonly EncryptionKey grantingKey = new(Profile, new byte[32]);
    private readonly EncryptionKey serviceKey = new(Profile, [.. Enumerable.Repeat((byte)7, 32)]);
    private readonly EncryptionKey session = new(Profile, [.. Enumerable.Repeat((byte)9, 32)]);

    public int Requests { get; private set; }

    /// <summary>Etype, salt and parameters of ETYPE-INFO2.</summary>
    public (int Etype, string Salt, byte[]? Parameters) Info { get; init; } = (18, "SALT", null);

    public int NonceShift { get; init; }

    public int TgsNonceShift { get; init; }

    public string ClientRealm { get; init; } = Realm;

    public PrincipalName Client { get; init; } = Alice;

    public PrincipalName TicketClient { get; init; } = Alice;

    public string ServerRealm { get; init; } = Realm;

    public int ReplyEtype { get; init; } = 18;

    public int ServiceEtype { get; init; } = 18;

    public EncryptionKey? ServiceKey { get; init; }

    public TimeSpan TimeShift { get; init; }

    public uint TicketFlags { get; init; }

    /// <summary>Server name in the TGS-REP instead of our service.</summary>
    public PrincipalName? Leads { get; init; }

    /// <summary>Error code in answer to the first request instead of 25, with this client realm.</summary>
    public (int Code, string? Realm)? FirstError { get; init; }

    /// <summary>Answers a card's PA-PK-AS-REQ: the reply key and the PA-PK-AS-REP; null for a KDC that knows no cards.</summary>
    public Func<byte[], (byte[] Key, byte[] Answer)>? Card { get; init; }

    public KerberosRules Rules => new()
    {
        Realm = Realm, Realms = [Realm], Service = Service, Keytab = Keytab.Read(KeytabFile(Service, 3, serviceKey)),
    };

    public Task<byte[]> AskAsync(string realm, byte[] message, bool stream, CancellationToken cancellationToken)
    {
        Requests++;
        return Task.FromResult(message[0] == 0x6C ? Tgs(message) : As(message));
    }

    /// <summary>A keytab with one entry.</summary>
    public static byte[] KeytabFile(Principal principal, byte version, EncryptionKey key)
    {
        List<byte> entry = [0, (byte)principal.Name.Parts.Length];
        foreach (var text in principal.Name.Parts.Prepend(principal.Realm))
        {
            entry.AddRange([0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);
        }

        entry.AddRange([0, 0, 0, 1, 0, 0, 0, 0, version, 0, (byte)key.Profile.Etype, 0, (byte)key.Value.Length, .. key.Value]);
        return [5, 2, 0, 0, 0, (byte)entry.Count, .. entry];
    }

    private byte[] As(byte[] message)
    {
        var (data, nonce) = Request(message, 10);
        if (FirstError is { } first && Requests == 1)
        {
            return Error(first.Code, first.Realm, null);
        }

        if (Card is not null && data.Find(d => d.Type == PaData.PkAsRequest) is { Value.Length: > 0 } card)
        {
            var (key, answer) = Card(card.Value);
            return Reply(KdcReply.AsReply, PrincipalName.TicketGranting(Realm), grantingKey, key, KeyUsage.AsReply, nonce + NonceShift, answer);
        }

        return data.Any(d => d.Type == PaData.EncTimestamp) || FirstError is not null
            ? Reply(KdcReply.AsReply, PrincipalName.TicketGranting(Realm), grantingKey, clientKey, KeyUsage.AsReply, nonce + NonceShift)
            : Error(25, null, Preauthentication());
    }

    private byte[] Tgs(byte[] message)
    {
        var (_, nonce) = Request(message, 12);
        return Reply(KdcReply.TgsReply, Leads ?? Service.Name, ServiceKey ?? serviceKey, session.Value.ToArray(), KeyUsage.TgsReply, nonce + TgsNonceShift);
    }

    private static (List<PaData> Data, long Nonce) Request(byte[] message, int type)
    {
        var request = KerberosDer.Message(message, type);
        request.Member(1);
        request.Member(2);
        var data = request.Optional(3)?.Only(PaData.ReadList) ?? [];
        var body = request.Member(4).ReadSequence();
        while (body.PeekTag() != KerberosDer.Context(7))
        {
            body.ReadEncodedValue();
        }

        return (data, body.Member(7).Only(r => (long)r.ReadInteger()));
    }

    private byte[] Preauthentication() => KerberosDer.Encode(w =>
    {
        var info = KerberosDer.Encode(i =>
        {
            using (i.PushSequence())
            using (i.PushSequence())
            {
                i.Member(0, Info.Etype);
                i.Member(1, m => m.Text(Info.Salt));
                if (Info.Parameters is { } parameters)
                {
                    i.Member(2, m => m.WriteOctetString(parameters));
                }
            }
        });
        using (w.PushSequence())
        {
            new PaData(PaData.EtypeInfo2, info).Write(w);
            new PaData(PaData.EncTimestamp, []).Write(w);
            if (Card is not null)
            {
                new PaData(PaData.PkAsRequest, []).Write(w);
            }
        }
    });

    private byte[] Reply(int type, PrincipalName server, EncryptionKey ticketKey, byte[] replyKey, int usage, long nonce, byte[]? cardAnswer = null)
    {
        var now = DateTimeOffset.UtcNow + TimeShift;
        var inside = KerberosDer.Encode(w =>
        {
            using (w.PushSequence(KerberosDer.Application(3)))
            using (w.PushSequence())
            {
                w.Member(0, f => f.Flags(TicketFlags));
                w.Member(1, SessionKey);
                w.Member(2, r => r.Text(ClientRealm));
                w.Member(3, TicketClient.Write);
                w.Member(4, Transited);
                w.Member(5, t => t.Time(now));
                w.Member(7, t => t.Time(now.AddMinutes(10)));
            }
        });
        var etype = type == KdcReply.TgsReply ? ServiceEtype : 18;
        var part = KerberosDer.Encode(w =>
        {
            using (w.PushSequence(KerberosDer.Application(type == KdcReply.AsReply ? 25 : 26)))
            using (w.PushSequence())
            {
                w.Member(0, SessionKey);
                w.Member(1, l => { using (l.PushSequence()) { } });
                w.Member(2, nonce);
                w.Member(4, f => f.Flags(0));
                w.Member(5, t => t.Time(now));
                w.Member(7, t => t.Time(now.AddMinutes(10)));
                w.Member(9, r => r.Text(ServerRealm));
                w.Member(10, server.Write);
            }
        });
        return KerberosDer.Encode(w =>
        {
            using (w.PushSequence(KerberosDer.Application(type)))
            using (w.PushSequence())
            {
                w.Member(0, 5);
                w.Member(1, type);
                if (cardAnswer is not null)
                {
                    w.Member(2, list =>
                    {
                        using (list.PushSequence())
                        {
                            new PaData(PaData.PkAsReply, cardAnswer).Write(list);
                        }
                    });
                }

                w.Member(3, r => r.Text(ClientRealm));
                w.Member(4, Client.Write);
                w.Member(5, t =>
                {
                    using (t.PushSequence(KerberosDer.Application(1)))
                    using (t.PushSequence())
                    {
                        t.Member(0, 5);
                        t.Member(1, r => r.Text(Realm));
                        t.Member(2, server.Write);
                        t.Member(3, new EncryptedData(etype, 3, ticketKey.Encrypt(KeyUsage.Ticket, inside)).Write);
                    }
                });
                w.Member(6, new EncryptedData(type == KdcReply.AsReply ? ReplyEtype : 18, null, Profile.Encrypt(replyKey, usage, part)).Write);
            }
        });
    }

    private void SessionKey(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.Member(0, 18);
            writer.Member(1, w => w.WriteOctetString(session.Value));
        }
    }

    private static void Transited(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.Member(0, 1);
            writer.Member(1, w => w.WriteOctetString([]));
        }
    }

    private static byte[] Error(int code, string? clientRealm, byte[]? data) => KerberosDer.Encode(w =>
    {
        using (w.PushSequence(KerberosDer.Application(30)))
        using (w.PushSequence())
        {
            w.Member(0, 5);
            w.Member(1, 30);
            w.Member(4, t => t.Time(DateTimeOffset.UtcNow));
            w.Member(5, 0);
            w.Member(6, code);
            if (clientRealm is not null)
            {
                w.Member(7, r => r.Text(clientRealm));
            }

            w.Member(9, r => r.Text(Realm));
            w.Member(10, PrincipalName.TicketGranting(Realm).Write);
            if (data is not null)
            {
                w.Member(12, d => d.WriteOctetString(data));
            }
        }
    });
}
