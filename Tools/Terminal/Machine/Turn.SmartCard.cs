using CopyTrack.Terminal.Pkcs11;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Machine;

/// <content>Smart cards and typed passwords: card.sign, the card's own PIN, cards that are pulled out.</content>
internal sealed partial class Turn
{
    private void TakeSmartCard(TerminalInput.SmartCardRead read)
    {
        if (read.Certificate is not { Length: > 0 } certificate)
        {
            Bad(read.Tag, null, "no smart card with a certificate is there");
        }
        else if (!State.LoginMethods.Contains("smartcard"))
        {
            LoginRefused(read.Tag, ErrorCodes.MethodNotOffered, "smart cards are not offered here", null);
        }
        else
        {
            State = State with { Waiting = null, TypedName = null };
            BeginLogin(new Credential.SmartCard(certificate), read.Tag);
        }
    }

    /// <summary>The card is gone: a signature that is asked for is refused, and the session that it opened ends, as when a person takes the card along.</summary>
    private void TakeSmartCardGone(string? tag)
    {
        if (State.Signing is { } signing)
        {
            RefuseSign(signing, ErrorCodes.CardRemoved);
        }
        else if (State.Session is { SmartCard: true })
        {
            EndSession("card", "logout");
        }
        Good(tag);
    }

    private void SignAsked(RequestId id, CardSign ask)
    {
        var mine = State.Login is { Credential: Credential.SmartCard, SentAs: { } sent, Cancelled: false } && ask.Login.Number == sent && ask.Login is { Text: null, Digits: null };
        if (!mine || State.Signing is not null || State.Stopping)
        {
            Out(new TerminalOutput.Respond(id, null, RpcError.Of(State.Signing is not null || mine ? ErrorCodes.Refused : ErrorCodes.Cancelled)));
            return;
        }
        if (!SignRequestCheck.Allows(ask))
        {
            Tell("cardMisuse");
            Out(new TerminalOutput.Respond(id, null, RpcError.Of(ErrorCodes.Refused)));
            return;
        }
        Good(State.Login!.Tag, new Fact("waiting", "cardPin"));
        State = State with { Signing = new CardSigning(id, ask, now + policy.PinWait, false), Login = State.Login with { Since = now, Tag = null } };
        Tell("cardPin");
        Show("cardPin", 0);
    }

    /// <summary>The person typed the card's PIN; it goes to the card and is not kept. The command that brought it is answered when the login ends.</summary>
    private void TakeCardPin(CardSigning signing, string pin, string? tag)
    {
        var certificate = ((Credential.SmartCard)State.Login!.Credential).Certificate;
        State = State with { Signing = signing with { Asked = true, Until = now + (2 * policy.PinWait) }, Login = State.Login with { Since = now, Tag = tag } };
        Out(new TerminalOutput.SignWithCard(signing.Id, certificate.ToArray(), signing.Request, pin));
    }

    private void TakeSigned(TerminalInput.CardSigned signed)
    {
        if (State.Signing is not { } signing || signing.Id != signed.Id)
        {
            return;
        }
        State = State with { Signing = null };
        if (signed.Signature is { } signature)
        {
            Out(new TerminalOutput.RespondSignature(signing.Id, signature));
            return;
        }
        var error = signed.Error ?? RpcError.Of(ErrorCodes.Refused);
        Tell("cardError", new Fact("code", error.Code), new Fact("message", error.Message), new Fact("data", error.DataJson));
        Out(new TerminalOutput.Respond(signing.Id, null, error));
    }

    private void RefuseSign(CardSigning signing, int code)
    {
        State = State with { Signing = null };
        var error = RpcError.Of(code);
        Tell("cardError", new Fact("code", error.Code), new Fact("message", error.Message), new Fact("data", null));
        Out(new TerminalOutput.Respond(signing.Id, null, error));
        Show("idle", 0);
    }

    private void DueSign()
    {
        if (State.Signing is { } signing && (now >= signing.Until || State.Login is not { Credential: Credential.SmartCard, Cancelled: false }))
        {
            RefuseSign(signing, ErrorCodes.Cancelled);
        }
        if (State.TypedName is { } typed && now >= typed.Until)
        {
            State = State with { TypedName = null };
            Show("idle", 0);
        }
    }

    /// <summary>Where passwords are offered, an entry that is no PIN is a user name, and the next one its password.</summary>
    private bool TakeNameOrPassword(string text, string? tag)
    {
        if (State.TypedName is { } typed)
        {
            State = State with { TypedName = null };
            BeginLogin(new Credential.Password(typed.Name, text), tag);
            return true;
        }
        if (tag is not null || !State.LoginMethods.Contains("password") || (State.LoginMethods.Contains("pin") && text.All(char.IsAsciiDigit)))
        {
            return false;
        }
        State = State with { TypedName = new NameTyped(text, now + policy.PinWait) };
        Show("password", 0);
        return true;
    }
}
