using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Login;

/// <summary>Logins that Kerberos verifies: lock-out first, the person's own state last.</summary>
public sealed class VerifiedLoginPolicyTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LockoutState Locked = new() { LockedUntil = Now.AddSeconds(90), Level = 1 };
    private static readonly LoginPerson Anna = new() { Id = 7, Enabled = true };

    [Test]
    public void Directory_is_asked_only_when_neither_terminal_nor_name_nor_person_is_locked()
    {
        Assert.That(VerifiedLoginPolicy.Before(LockoutState.None, LockoutState.None, LockoutState.None, Now), Is.Null);
        Assert.That(VerifiedLoginPolicy.Before(Locked, LockoutState.None, LockoutState.None, Now), Is.EqualTo(new LoginDecision.Denied(LoginDenial.TooManyAttempts, 90)));
        Assert.That(VerifiedLoginPolicy.Before(LockoutState.None, Locked, LockoutState.None, Now), Is.EqualTo(new LoginDecision.Denied(LoginDenial.AccountLocked, 90)));
        Assert.That(VerifiedLoginPolicy.Before(LockoutState.None, LockoutState.None, Locked, Now), Is.EqualTo(new LoginDecision.Denied(LoginDenial.AccountLocked, 90)));
    }

    [Test]
    public void Verified_principal_without_a_record_opens_nothing()
    {
        Assert.That(((LoginDecision.Denied)VerifiedLoginPolicy.After(LoginMethod.Password, null, LockoutState.None, Now)).Code, Is.EqualTo(LoginDenial.NotPermitted));
        var card = (LoginDecision.Denied)VerifiedLoginPolicy.After(LoginMethod.SmartCard, null, LockoutState.None, Now);
        Assert.That((card.Code, card.Reason, card.Lockout.Single()), Is.EqualTo((LoginDenial.SmartcardRejected, "unknownUser", LockoutEvent.TerminalFailed)));
    }

    [Test]
    public void Person_locked_by_wrong_PINs_is_locked_for_passwords_too_but_not_for_a_card_that_signs()
    {
        var locked = Anna with { Lockout = Locked };
        Assert.That(VerifiedLoginPolicy.After(LoginMethod.Password, locked, LockoutState.None, Now), Is.EqualTo(new LoginDecision.Denied(LoginDenial.AccountLocked, 90)));
        Assert.That(VerifiedLoginPolicy.After(LoginMethod.SmartCard, locked, LockoutState.None, Now), Is.InstanceOf<LoginDecision.Granted>());
    }

    [Test]
    public void Person_switched_off_hears_it_only_here() => Assert.That(
        ((LoginDecision.Denied)VerifiedLoginPolicy.After(LoginMethod.Password, Anna with { Enabled = false }, LockoutState.None, Now)).Code, Is.EqualTo(LoginDenial.AccountDisabled));

    [Test]
    public void Right_password_ends_the_count_of_wrong_ones()
    {
        var granted = VerifiedLoginPolicy.After(LoginMethod.Password, Anna, new LockoutState { Failures = [Now] }, Now);
        Assert.That(granted.Lockout, Is.EquivalentTo(new[] { LockoutEvent.PersonSucceeded, LockoutEvent.NameSucceeded }));
        Assert.That(VerifiedLoginPolicy.After(LoginMethod.Password, Anna, LockoutState.None, Now).Lockout, Is.Empty);
    }

    [Test]
    public void Wrong_passwords_of_a_name_lock_it_as_a_persons_do()
    {
        var options = new LockoutOptions();
        var state = LockoutState.None;
        for (var i = 0; i < options.Attempts; i++)
        {
            Assert.That(LockoutPolicy.Ask(state, Now), Is.InstanceOf<LockoutVerdict.Allowed>());
            state = LockoutPolicy.Apply(state, LockoutEvent.NameFailed, options, Now);
        }

        Assert.That(LockoutPolicy.Ask(state, Now), Is.EqualTo(new LockoutVerdict.Refused(900)));
        Assert.That(LockoutPolicy.Apply(new LockoutState { Failures = [Now] }, LockoutEvent.NameSucceeded, options, Now), Is.EqualTo(LockoutState.None));
    }
}
