using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Rights;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Login;

public sealed class LoginPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly LockoutState Locked = new() { LockedUntil = Now.AddSeconds(90.2), Level = 1 };
    private static readonly LockoutState Counted = new() { Failures = [Now.AddSeconds(-10)] };

    [TestCase(LoginMethod.Card)]
    [TestCase(LoginMethod.CardAndPin)]
    [TestCase(LoginMethod.Pin)]
    public void Login_is_granted_with_the_right_secret(LoginMethod method)
    {
        LoginDecision decision = Decide(method, Person(method));
        Assert.That(decision, Is.TypeOf<LoginDecision.Granted>());
        LoginDecision.Granted granted = (LoginDecision.Granted)decision;
        Assert.That(granted.PersonId, Is.EqualTo(7));
        Assert.That(granted.Rights.Functions, Is.EqualTo(DeviceFunctions.All));
        Assert.That(granted.Lockout, Is.Empty);
    }

    [TestCase(LoginMethod.Password)]
    [TestCase(LoginMethod.SmartCard)]
    public void Methods_of_the_directory_are_not_offered(LoginMethod method) => Denied(Decide(method, Person(method)), LoginDenial.MethodNotOffered);

    [Test]
    public void Method_that_is_off_is_told_before_any_lock() =>
        Denied(LoginPolicy.Decide(new() { Method = LoginMethod.Pin, Offered = false, Terminal = Locked }, Now), LoginDenial.MethodNotOffered);

    [TestCase(LoginMethod.Card, LoginDenial.UnknownCard)]
    [TestCase(LoginMethod.CardAndPin, LoginDenial.UnknownCard)]
    [TestCase(LoginMethod.Pin, LoginDenial.WrongPin)]
    public void Nobody_found_counts_for_the_terminal_alone(LoginMethod method, LoginDenial code) =>
        Denied(Decide(method, null), code, null, LockoutEvent.TerminalFailed);

    [TestCase(SecretCheck.Wrong)]
    [TestCase(SecretCheck.NotAsked)]
    public void Wrong_or_missing_pin_counts_for_person_and_terminal(SecretCheck pin) =>
        Denied(Decide(LoginMethod.CardAndPin, Person(LoginMethod.CardAndPin) with { Pin = pin }), LoginDenial.WrongPin, null, LockoutEvent.PersonFailed, LockoutEvent.TerminalFailed);

    [TestCase(LoginMethod.Card)]
    [TestCase(LoginMethod.CardAndPin)]
    [TestCase(LoginMethod.Pin)]
    public void Stopped_terminal_refuses_every_login(LoginMethod method) =>
        Denied(LoginPolicy.Decide(new() { Method = method, Offered = true, Terminal = Locked, Person = Person(method) }, Now), LoginDenial.TooManyAttempts, 91);

    [TestCase(LoginMethod.CardAndPin, SecretCheck.Right)]
    [TestCase(LoginMethod.CardAndPin, SecretCheck.Wrong)]
    [TestCase(LoginMethod.Pin, SecretCheck.Right)]
    public void Locked_person_is_refused_with_any_secret_and_nothing_is_counted(LoginMethod method, SecretCheck pin) =>
        Denied(Decide(method, Person(method) with { Lockout = Locked, Pin = pin }), LoginDenial.AccountLocked, 91);

    [Test]
    public void Locked_person_comes_in_with_a_bare_card() =>
        Assert.That(Decide(LoginMethod.Card, Person(LoginMethod.Card) with { Lockout = Locked }), Is.TypeOf<LoginDecision.Granted>());

    [Test]
    public void Disabled_is_told_after_the_right_secret_only()
    {
        Denied(Decide(LoginMethod.Card, Person(LoginMethod.Card) with { Enabled = false }), LoginDenial.AccountDisabled);
        Denied(Decide(LoginMethod.CardAndPin, Person(LoginMethod.CardAndPin) with { Enabled = false }), LoginDenial.AccountDisabled);
        Denied(Decide(LoginMethod.CardAndPin, Person(LoginMethod.CardAndPin) with { Enabled = false, Pin = SecretCheck.Wrong }), LoginDenial.WrongPin, null, LockoutEvent.PersonFailed, LockoutEvent.TerminalFailed);
        Denied(Decide(LoginMethod.CardAndPin, Person(LoginMethod.CardAndPin) with { Enabled = false, Lockout = Locked }), LoginDenial.AccountLocked, 91);
    }

    [Test]
    public void Nothing_permitted_does_not_count() =>
        Denied(Decide(LoginMethod.Card, Person(LoginMethod.Card) with { Rights = new() { Person = DeviceFunctions.None } }), LoginDenial.NotPermitted);

    [Test]
    public void Right_secret_ends_the_count_even_when_the_login_is_denied_for_another_reason()
    {
        LoginPerson person = Person(LoginMethod.CardAndPin) with { Lockout = Counted };
        Assert.That(Decide(LoginMethod.CardAndPin, person).Lockout, Is.EqualTo([LockoutEvent.PersonSucceeded]));
        Assert.That(Decide(LoginMethod.CardAndPin, person with { Enabled = false }).Lockout, Is.EqualTo([LockoutEvent.PersonSucceeded]));
    }

    [Test]
    public void Bare_card_does_not_end_the_count_of_wrong_pins() =>
        Assert.That(Decide(LoginMethod.Card, Person(LoginMethod.Card) with { Lockout = Counted }).Lockout, Is.Empty);

    [TestCase(LoginMethod.Card, Rehash.Card)]
    [TestCase(LoginMethod.CardAndPin, Rehash.Card | Rehash.Pin)]
    [TestCase(LoginMethod.Pin, Rehash.Pin)]
    public void Values_under_an_older_key_are_marked_when_they_were_used(LoginMethod method, Rehash rehash)
    {
        LoginDecision decision = Decide(method, Person(method) with { CardHashIsOld = true, PinHashIsOld = true });
        Assert.That(((LoginDecision.Granted)decision).Rehash, Is.EqualTo(rehash));
    }

    [Test]
    public void Project_is_asked_for_when_the_person_needs_one() =>
        Assert.That(((LoginDecision.Granted)Decide(LoginMethod.Card, Person(LoginMethod.Card) with { ProjectRequired = true })).ProjectRequired, Is.True);

    [Test]
    public void Only_a_right_secret_of_an_enabled_person_is_ever_granted() =>
        Prop.ForAll(Gen.Choose(0, 2).ArrayOf(7).ToArbitrary(), dice =>
        {
            LoginMethod method = (LoginMethod)dice[0];
            LoginPerson? person = dice[1] == 0 ? null : new() { Id = 7, Enabled = dice[2] > 0, Pin = (SecretCheck)dice[3], Lockout = dice[4] == 0 ? Locked : LockoutState.None };
            LoginFacts facts = new() { Method = method, Offered = dice[5] > 0, Terminal = dice[6] == 0 ? Locked : LockoutState.None, Person = person };
            LoginDecision decision = LoginPolicy.Decide(facts, Now);
            bool mayEnter = facts.Offered && facts.Terminal == LockoutState.None && person is { Enabled: true }
                && (method == LoginMethod.Card || (person.Pin == SecretCheck.Right && person.Lockout == LockoutState.None));
            bool failed = decision is LoginDecision.Denied { Code: LoginDenial.UnknownCard or LoginDenial.WrongPin };
            return decision is LoginDecision.Granted == mayEnter && decision.Lockout.Contains(LockoutEvent.TerminalFailed) == failed;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Wire_names_read_back() =>
        Assert.That(Enum.GetValues<LoginMethod>().Select(method => LoginMethods.Parse(LoginMethods.Name(method))), Is.EqualTo(Enum.GetValues<LoginMethod>()));

    private static LoginPerson Person(LoginMethod method) =>
        new() { Id = 7, Enabled = true, Pin = method == LoginMethod.Card ? SecretCheck.NotAsked : SecretCheck.Right };

    private static LoginDecision Decide(LoginMethod method, LoginPerson? person) => LoginPolicy.Decide(new() { Method = method, Offered = true, Person = person }, Now);

    private static void Denied(LoginDecision decision, LoginDenial code, int? retryAfterSeconds = null, params LockoutEvent[] events)
    {
        Assert.That(decision, Is.TypeOf<LoginDecision.Denied>());
        Assert.That(((LoginDecision.Denied)decision).Code, Is.EqualTo(code));
        Assert.That(((LoginDecision.Denied)decision).RetryAfterSeconds, Is.EqualTo(retryAfterSeconds));
        Assert.That(decision.Lockout, Is.EquivalentTo(events));
    }
}
