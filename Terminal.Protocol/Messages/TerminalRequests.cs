using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Terminal.Protocol.Messages;

/// <summary><c>terminal.hello</c> (§3): must be the first request.</summary>
public sealed record HelloRequest(int Protocol, string Vendor, string Model, string Firmware, ImmutableArray<string> Capabilities) : TerminalRequest;

/// <summary><c>session.login</c> (§3). <see cref="Attempt"/> makes a resend harmless.</summary>
public sealed record LoginRequest(Credential Credential, string? Attempt) : TerminalRequest;

/// <summary><c>session.projects</c>: search among the projects the person may use.</summary>
public sealed record ProjectsRequest(string Session, string Query, int Limit) : TerminalRequest;

/// <summary><c>session.project</c>: choose by id or code.</summary>
public sealed record ProjectRequest(string Session, string Project) : TerminalRequest;

/// <summary><c>session.logout</c>; reason is user, card, idle or error.</summary>
public sealed record LogoutRequest(string Session, string Reason) : TerminalRequest;

/// <summary><c>card.register</c> by activation code or password.</summary>
public sealed record CardRegisterRequest(string Card, Credential Proof) : TerminalRequest
{
    /// <summary>Keeps the card number out of texts.</summary>
    protected override bool PrintMembers(StringBuilder builder) { builder.Append("Card = ***"); return true; }
}

/// <summary><c>offline.upload</c>.</summary>
public sealed record OfflineUploadRequest(ImmutableArray<OfflineEntry> Entries) : TerminalRequest;

/// <summary>One offline login of an upload; <see cref="LocalId"/> is the terminal's own key of it.</summary>
public sealed record OfflineEntry(string LocalId, string Token, DateTimeOffset LoginAt, DateTimeOffset LogoutAt, ImmutableArray<string> UnlockedFunctions)
{
    private bool PrintMembers(StringBuilder builder) { builder.Append("LocalId = ").Append(LocalId); return true; }
}

/// <summary><c>terminal.ping</c>.</summary>
public sealed record PingRequest : TerminalRequest;

/// <summary><c>session.activity</c>: the person touched the panel.</summary>
public sealed record ActivityNotification(string Session) : TerminalNotification;

/// <summary><c>panel.state</c>: locked, unlocked or fault.</summary>
public sealed record PanelStateNotification(string State, string? Detail) : TerminalNotification;

/// <summary>What a person shows: a closed set. Texts of it never contain the secret.</summary>
public abstract record Credential
{
    private Credential() { }

    /// <summary>Wire name of the method.</summary>
    public abstract string Method { get; }

    /// <summary>A bare card.</summary>
    public sealed record Card(string Number) : Credential
    {
        public override string Method => "card";
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>A PIN alone.</summary>
    public sealed record Pin(string Digits) : Credential
    {
        public override string Method => "pin";
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>A card and its owner's PIN.</summary>
    public sealed record CardAndPin(string Number, string Digits) : Credential
    {
        public override string Method => "card+pin";
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>User name and password.</summary>
    public sealed record Password(string UserName, string Secret) : Credential
    {
        public override string Method => "password";
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>A certificate on a smart card (DER).</summary>
    public sealed record SmartCard(ReadOnlyMemory<byte> Certificate) : Credential
    {
        public override string Method => "smartcard";
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }

    /// <summary>An activation code (card.register only).</summary>
    public sealed record ActivationCode(string Code) : Credential
    {
        public override string Method => "code";
        protected override bool PrintMembers(StringBuilder builder) { builder.Append("***"); return true; }
    }
}
