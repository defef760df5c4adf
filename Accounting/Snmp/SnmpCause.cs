namespace CopyTrack.Accounting.Snmp;

/// <summary>Why an agent could not be read. A closed set; <see cref="SnmpCauses.Describe"/> has the words.</summary>
public enum SnmpCause
{
    /// <summary>Nothing came back.</summary>
    NoAnswer,

    /// <summary>The system could not send the datagram.</summary>
    CannotSend,

    /// <summary>What comes answers earlier requests: after the last try's time was over, or repeated.</summary>
    TooLate,

    /// <summary>The agent answers, but the whole would take too long.</summary>
    TooSlow,

    /// <summary>The right answer came from another address or port than was asked.</summary>
    AnsweredFromElsewhere,

    /// <summary>What came back is no SNMP message, or a broken one.</summary>
    Unreadable,

    /// <summary>The reply is of another version than the request.</summary>
    OtherVersion,

    /// <summary>The agent refuses access: authorizationError or noAccess.</summary>
    AccessDenied,

    /// <summary>The agent answers every form of the request with an error.</summary>
    ErrorStatus,

    /// <summary>v3: nothing came back to the discovery of the engine.</summary>
    NoDiscovery,

    /// <summary>v3: the engine tells its id but leaves the request unanswered.</summary>
    SilentAfterDiscovery,

    /// <summary>v3: the engine id is none (RFC 3411 §5: 5 to 32 octets).</summary>
    BadEngineId,

    /// <summary>v3: usmStatsUnknownUserNames.</summary>
    UnknownUser,

    /// <summary>v3: usmStatsWrongDigests.</summary>
    WrongDigest,

    /// <summary>v3: usmStatsUnsupportedSecLevels.</summary>
    UnsupportedLevel,

    /// <summary>v3: usmStatsNotInTimeWindows, again after the clock was set.</summary>
    NotInTimeWindow,

    /// <summary>v3: usmStatsUnknownEngineIDs, again after the engine was asked for its id.</summary>
    UnknownEngine,

    /// <summary>v3: usmStatsDecryptionErrors.</summary>
    DecryptionError,

    /// <summary>v3: snmpUnknownContexts or snmpUnavailableContexts.</summary>
    UnknownContext,

    /// <summary>v3: snmpUnknownSecurityModels.</summary>
    UnknownSecurityModel,

    /// <summary>v3: a report of another counter.</summary>
    OtherReport,

    /// <summary>v3: the reply's digest is wrong.</summary>
    ReplyDigestWrong,

    /// <summary>v3: the reply is less protected than the request was.</summary>
    ReplyUnprotected,

    /// <summary>v3: the reply can't be decrypted.</summary>
    ReplyNotDecrypted,

    /// <summary>v3: the reply is outside the time window.</summary>
    ReplyOutsideTimeWindow,

    /// <summary>v3: the reply names another engine than was asked.</summary>
    ReplyFromOtherEngine,

    /// <summary>v3: the reply names another user than asked.</summary>
    ReplyForOtherUser,

    /// <summary>v3: the reply names another security model.</summary>
    ReplyOtherSecurityModel,

    /// <summary>v3: the target has no user.</summary>
    NoUser,
}
