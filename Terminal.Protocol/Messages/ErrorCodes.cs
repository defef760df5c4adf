namespace CopyTrack.Terminal.Protocol.Messages;

/// <summary>Error codes of docs/terminal-protocol.md §6.</summary>
public static class ErrorCodes
{
    public const int ParseError = -32700, InvalidRequest = -32600, MethodNotFound = -32601, InvalidParams = -32602, InternalError = -32603;
    public const int UnknownCard = -32001, WrongPin = -32002, WrongCredentials = -32003, AccountDisabled = -32004, AccountLocked = -32005;
    public const int PasswordExpired = -32006, NotPermitted = -32007, TooManyAttempts = -32009, DirectoryUnavailable = -32010;
    public const int SmartcardRejected = -32011, UnknownProject = -32012, UnknownSession = -32013, NotReady = -32014, MethodNotOffered = -32015, CardTaken = -32016;
    public const int CardRemoved = -32021, WrongCardPin = -32022, CardPinBlocked = -32023, Refused = -32024, Cancelled = -32025;

    /// <summary>The name that §6 gives a code; <c>error</c> for a code that is not listed there.</summary>
    public static string NameOf(int code) => code switch
    {
        ParseError => "parseError",
        InvalidRequest => "invalidRequest",
        MethodNotFound => "methodNotFound",
        InvalidParams => "invalidParams",
        InternalError => "internalError",
        UnknownCard => "unknownCard",
        WrongPin => "wrongPin",
        WrongCredentials => "wrongCredentials",
        AccountDisabled => "accountDisabled",
        AccountLocked => "accountLocked",
        PasswordExpired => "passwordExpired",
        NotPermitted => "notPermitted",
        TooManyAttempts => "tooManyAttempts",
        DirectoryUnavailable => "directoryUnavailable",
        SmartcardRejected => "smartcardRejected",
        UnknownProject => "unknownProject",
        UnknownSession => "unknownSession",
        NotReady => "notReady",
        MethodNotOffered => "methodNotOffered",
        CardTaken => "cardTaken",
        CardRemoved => "cardRemoved",
        WrongCardPin => "wrongCardPin",
        CardPinBlocked => "cardPinBlocked",
        Refused => "refused",
        Cancelled => "cancelled",
        _ => "error",
    };
}
