using System.Globalization;
using CopyTrack.Identity.Lockout;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>Lock-out of the web: the same counts, by name as submitted and by person, as at the terminals, so that guesses at both count together.</summary>
internal sealed class SignInLockout(ILoginLookup lookup, ILockoutStore store, LiveLockout options, TimeProvider time)
{
    /// <summary>
    /// What is known before a secret is looked at: how long to wait (null = not at all), and the id of whoever has the principal. <paramref name="requested"/> is the
    /// principal that the name asks for, or the name itself where there is no Kerberos.
    /// </summary>
    public async Task<SignInState> AskAsync(string requested, CancellationToken cancellationToken)
    {
        var key = SubmittedNames.Key(requested);
        var answer = await lookup.AskAsync(new LoginQuestion(OrganisationRepository.DefaultId, "", 0, null, [], []) { Principal = requested, NameKey = key }, cancellationToken);
        var now = time.GetUtcNow();
        var wait = new[] { answer.NameLockout, answer.Person?.Lockout }.Select(s => LockoutPolicy.Ask(LockoutState.Parse(s), now)).OfType<LockoutVerdict.Refused>()
            .Select(r => (int?)r.RetryAfterSeconds).Max();
        return new SignInState(key, answer.Person, wait);
    }

    /// <summary>The person of a verified principal, or null: nobody has it, or two have.</summary>
    public async Task<FoundPerson?> PersonAsync(string principal, CancellationToken cancellationToken) =>
        (await lookup.AskAsync(new LoginQuestion(OrganisationRepository.DefaultId, "", 0, null, [], []) { Principal = principal }, cancellationToken)).Person;

    /// <summary>Counts a wrong secret; also when whoever tried it has hung up.</summary>
    public Task FailedAsync(SignInState state, bool person) =>
        CountAsync(state.NameKey, person ? state.Person?.Id : null, LockoutEvent.NameFailed, LockoutEvent.PersonFailed, CancellationToken.None);

    /// <summary>Ends the count of wrong secrets after a sign-in that came about.</summary>
    public Task SucceededAsync(string nameKey, long? personId, CancellationToken cancellationToken) =>
        CountAsync(nameKey, personId, LockoutEvent.NameSucceeded, LockoutEvent.PersonSucceeded, cancellationToken);

    private async Task CountAsync(string nameKey, long? personId, LockoutEvent name, LockoutEvent person, CancellationToken cancellationToken)
    {
        await ChangeAsync("name", nameKey, name, cancellationToken);
        if (personId is { } id)
        {
            await ChangeAsync("person", id.ToString(CultureInfo.InvariantCulture), person, cancellationToken);
        }
    }

    private Task ChangeAsync(string kind, string name, LockoutEvent happened, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return store.ChangeAsync(OrganisationRepository.DefaultId, kind, name, now, text =>
        {
            var after = LockoutPolicy.Apply(LockoutState.Parse(text), happened, options.Now, now);
            return after == LockoutState.None ? null : after.ToText();
        }, cancellationToken);
    }
}

/// <summary>What is known of a name before its secret is looked at.</summary>
internal sealed record SignInState(string NameKey, FoundPerson? Person, int? WaitSeconds);
