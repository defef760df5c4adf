using System.Collections.Immutable;

namespace CopyTrack.Accounting.Snmp;

/// <summary>Name and value of one object.</summary>
public sealed record VarBind(ObjectIdentifier Oid, SnmpValue Value)
{
    /// <summary>A name without a value, as requests carry it.</summary>
    public VarBind(ObjectIdentifier oid) : this(oid, SnmpValue.Null.Instance)
    {
    }

    /// <summary>Bytes it takes in a message, its own header included.</summary>
    public int EncodedLength => BerSize.VarBind(this);
}

/// <summary>Error status of a response (RFC 3416 §3, RFC 1157 §4.1.1); v1 knows the first six.</summary>
public enum SnmpErrorStatus
{
    NoError = 0, TooBig = 1, NoSuchName = 2, BadValue = 3, ReadOnly = 4, GenErr = 5, NoAccess = 6, WrongType = 7, WrongLength = 8,
    WrongEncoding = 9, WrongValue = 10, NoCreation = 11, InconsistentValue = 12, ResourceUnavailable = 13, CommitFailed = 14,
    UndoFailed = 15, AuthorizationError = 16, NotWritable = 17, InconsistentName = 18,
}

/// <summary>A protocol data unit. A closed set: what a reading manager sends, what comes back, and Set, which an agent must be able to refuse.</summary>
public abstract record Pdu
{
    private Pdu(int requestId, ImmutableArray<VarBind> varBinds)
    {
        RequestId = requestId;
        VarBinds = varBinds;
    }

    /// <summary>Ties a response to its request.</summary>
    public int RequestId { get; init; }

    /// <summary>The objects, in order.</summary>
    public ImmutableArray<VarBind> VarBinds { get; init; }

    /// <summary>Asks for exactly these objects.</summary>
    public sealed record Get(int RequestId, ImmutableArray<VarBind> VarBinds) : Pdu(RequestId, VarBinds);

    /// <summary>Asks for the object behind each.</summary>
    public sealed record GetNext(int RequestId, ImmutableArray<VarBind> VarBinds) : Pdu(RequestId, VarBinds);

    /// <summary>Asks for the object behind each of the first <see cref="NonRepeaters"/>, and for up to <see cref="MaxRepetitions"/> behind each of the others; not in v1. Both are 0 or more.</summary>
    public sealed record GetBulk(int RequestId, int NonRepeaters, int MaxRepetitions, ImmutableArray<VarBind> VarBinds) : Pdu(RequestId, VarBinds);

    /// <summary>The answer. <see cref="ErrorIndex"/> counts from 1 and names the object at fault; 0 = none or the whole request.</summary>
    public sealed record Response(int RequestId, SnmpErrorStatus ErrorStatus, int ErrorIndex, ImmutableArray<VarBind> VarBinds) : Pdu(RequestId, VarBinds);

    /// <summary>What an engine of version 3 says instead of an answer: the counter of its complaint (RFC 3416 §4.2.8, RFC 3412 §3).</summary>
    public sealed record Report(int RequestId, ImmutableArray<VarBind> VarBinds) : Pdu(RequestId, VarBinds);

    /// <summary>Asks to write; this product never sends it.</summary>
    public sealed record Set(int RequestId, ImmutableArray<VarBind> VarBinds) : Pdu(RequestId, VarBinds);
}
