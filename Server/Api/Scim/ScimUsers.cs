using System.Data.Common;
using System.Text.Json.Nodes;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Api.Scim;

/// <summary>
/// People as a provisioning client sees them: those that it made or took over, and nobody else. Someone at hand with the same user name is taken over; someone of a replicated
/// directory never is. What an administrator gave (cards, PIN, functions, a block) stays.
/// </summary>
internal sealed class ScimUsers(
    IDatabase database, ScimRepository scim, PersonRepository people, DirectoryPeople directories, AuditLog audit, IHashKeys keys, IdGenerator ids, TimeProvider time)
{
    /// <summary>For <c>person.source</c> and cards.</summary>
    public const string Source = "scim";

    private const int Chunk = 500;

    public async Task<IResult> ListAsync(ScimCall call)
    {
        var (start, count) = call.Window;
        var org = call.Caller.OrgId;
        if (call.Query("filter") is not { } text)
        {
            var rows = count == 0 ? [] : await scim.ListAsync("ScimUser_Slice", new { orgId = org, offset = start - 1, limit = count }, call.Aborted);
            return ScimCall.List([.. rows.Select(p => ScimUserJson.Of(p, call.Root))], await scim.CountAsync(org, call.Aborted), start);
        }

        var filter = ScimFilter.Parse(text);
        var (found, total) = (new List<JsonObject>(), 0);
        await foreach (var person in CandidatesAsync(org, filter, call.Aborted))
        {
            var resource = ScimUserJson.Of(person, call.Root);
            if (filter.Matches(resource) && ++total >= start && found.Count < count)
            {
                found.Add(resource);
            }
        }

        return ScimCall.List(found, total, start);
    }

    public async Task<IResult> GetAsync(ScimCall call) => call.Show(ScimUserJson.Of(
        await database.ReadAsync((c, ct) => scim.FindAsync(c, call.Caller.OrgId, call.Id, ct), call.Aborted) ?? throw ScimProblem.NotFound(), call.Root));

    public async Task<IResult> PostAsync(ScimCall call)
    {
        var wanted = ScimUserJson.Read(await call.ReadAsync());
        return call.Show(ScimUserJson.Of(await WriteAsync((c, ct) => AddAsync(c, call, wanted, ct), call.Aborted), call.Root), 201);
    }

    public async Task<IResult> PutAsync(ScimCall call)
    {
        var wanted = ScimUserJson.Read(await call.ReadAsync());
        return call.Show(ScimUserJson.Of(await WriteAsync((c, ct) => ChangeAsync(c, call, _ => wanted, ct), call.Aborted), call.Root));
    }

    public async Task<IResult> PatchAsync(ScimCall call)
    {
        var operations = ScimPatch.Read(await call.ReadAsync());
        return call.Show(ScimUserJson.Of(await WriteAsync((c, ct) => ChangeAsync(c, call, person => Patched(person, operations), ct), call.Aborted), call.Root));
    }

    public async Task<IResult> DeleteAsync(ScimCall call)
    {
        await WriteAsync<bool>(
            async (c, ct) =>
            {
                var person = await scim.FindAsync(c, call.Caller.OrgId, call.Id, ct) ?? throw ScimProblem.NotFound();
                call.Check(ScimUserJson.Version(person.Row.UpdatedAt));
                await people.DeleteAsync(c, person.Row.Id, ct);
                await audit.AddAsync(c, call.Caller.OrgId, call.Caller.Actor, "person.delete", $"person:{person.Row.Id}", AuditValues.PersonGone, ct);
                return true;
            },
            call.Aborted);
        return Results.StatusCode(204);
    }

    private static ScimUser Patched(ScimPerson person, IReadOnlyList<ScimOperation> operations)
    {
        var resource = ScimUserJson.Of(person, "");
        var shown = resource["displayName"]?.GetValue<string>();
        ScimPatch.Apply(resource, operations);
        if (resource["name"] is JsonObject && resource["displayName"]?.GetValueKind() == System.Text.Json.JsonValueKind.String && resource["displayName"]!.GetValue<string>() == shown)
        {
            // Only the name was changed, and it is what we show.
            resource.Remove("displayName");
        }

        return ScimUserJson.Read(resource);
    }

    /// <summary>Whoever the filter may mean: by a key when it names one, else everybody, some at a time.</summary>
    private async IAsyncEnumerable<ScimPerson> CandidatesAsync(long org, ScimFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ScimPerson>? few = filter switch
        {
            _ when filter.MustEqual("userName") is { } name => InputRules.Key(name) is { } folded ? await scim.ListAsync("ScimUser_ByName", new { orgId = org, folded }, cancellationToken) : [],
            _ when filter.MustEqual("externalId") is { } externalId && externalId.Length <= 256 => await scim.ListAsync("ScimUser_ByExternal", new { orgId = org, externalId }, cancellationToken),
            _ when filter.MustEqual("id") is { } text => long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var id) ? await scim.ListAsync("ScimUser_ById", new { orgId = org, id }, cancellationToken) : [],
            _ => null,
        };
        for (var after = 0L; ; few = null)
        {
            var some = few ?? await scim.ListAsync("ScimUser_Page", new { orgId = org, after, limit = Chunk }, cancellationToken);
            foreach (var person in some)
            {
                yield return person;
                after = person.Row.Id;
            }

            if (few is not null || some.Count < Chunk)
            {
                yield break;
            }
        }
    }

    private async Task<ScimPerson> AddAsync(DbConnection connection, ScimCall call, ScimUser wanted, CancellationToken cancellationToken)
    {
        var org = call.Caller.OrgId;
        var before = await people.LoadAsync(connection, org, [NameFolding.Fold(wanted.UserName)], cancellationToken) is [var person] ? person : null;
        if (before is not null && (await scim.FindAsync(connection, org, before.Row.Id, cancellationToken) is not null
            || (await directories.LinkedAsync(connection, [before.Row.Id], cancellationToken)).Count > 0))
        {
            throw ScimProblem.Taken("the user name belongs to someone who is provisioned or replicated already");
        }

        var now = time.GetUtcNow();
        var row = before?.Row ?? new PersonRow { Id = ids.Next(), OrgId = org, UserName = wanted.UserName, UserFolded = NameFolding.Fold(wanted.UserName), CreatedAt = now, UpdatedAt = now };
        await StoreAsync(connection, call, before ?? new PersonState(row, [], [], null), before is null, wanted, cancellationToken);
        await scim.PutAsync(connection, org, row.Id, wanted.ExternalId, now, cancellationToken);
        return (await scim.FindAsync(connection, org, row.Id, cancellationToken))!;
    }

    private async Task<ScimPerson> ChangeAsync(DbConnection connection, ScimCall call, Func<ScimPerson, ScimUser> change, CancellationToken cancellationToken)
    {
        var org = call.Caller.OrgId;
        var before = await scim.FindAsync(connection, org, call.Id, cancellationToken) ?? throw ScimProblem.NotFound();
        call.Check(ScimUserJson.Version(before.Row.UpdatedAt));
        var wanted = change(before);
        var state = (await people.LoadAsync(connection, org, [before.Row.UserFolded], cancellationToken))[0];
        await StoreAsync(connection, call, state, false, wanted, cancellationToken);
        await scim.PutAsync(connection, org, before.Row.Id, wanted.ExternalId, before.Link.CreatedAt, cancellationToken);
        return (await scim.FindAsync(connection, org, before.Row.Id, cancellationToken))!;
    }

    private async Task StoreAsync(DbConnection connection, ScimCall call, PersonState before, bool isNew, ScimUser wanted, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!isNew && before.Row.UserName != wanted.UserName)
        {
            await scim.RenameAsync(connection, before.Row.Id, wanted.UserName, now, cancellationToken);
        }

        var row = before.Row with
        {
            UserName = wanted.UserName, UserFolded = NameFolding.Fold(wanted.UserName), DisplayName = wanted.Row.DisplayName, Email = wanted.Row.Email, Department = wanted.Row.Department,
            CostCentre = wanted.Row.CostCentre, Language = wanted.Row.Language, Principal = wanted.Row.Principal, Source = Source, UpdatedAt = now,
        };
        var cards = wanted.Cards is null ? before.Cards : [.. await CardsAsync(connection, call.Caller.OrgId, before, wanted.Cards, now, cancellationToken)];
        var after = before with { Row = row, Cards = cards };
        await people.WriteAsync(connection, isNew ? null : before, after, cancellationToken);
        await scim.SetSourceAsync(connection, row.Id, Source, wanted.Active, cancellationToken);
        var values = ChangeAudits.Of(isNew ? null : before, after).Add("source", isNew ? null : before.Row.Source, Source).Add("active", isNew ? null : before.Row.DirectoryEnabled, wanted.Active);
        if (!values.IsEmpty)
        {
            await audit.AddAsync(connection, call.Caller.OrgId, call.Caller.Actor, isNew ? "person.add" : "person.change", $"person:{row.Id}", values, cancellationToken);
        }
    }

    /// <summary>The cards that the client gives, and those that somebody added by hand.</summary>
    private async Task<List<CardRow>> CardsAsync(DbConnection connection, long org, PersonState before, IReadOnlyList<string> wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var cards = before.Cards.Where(c => c.AddedBy != Source).ToList();
        if (wanted.Count > 64)
        {
            throw ScimProblem.BadValue("more than 64 cards");
        }

        foreach (var text in wanted)
        {
            var number = CardText.Canonicalize(text) ?? throw ScimProblem.BadValue("a card is no card number");
            var hashes = keys.Current.Candidates(HashKinds.Card, org, number);
            if ((await people.FindCardsAsync(connection, org, hashes, cancellationToken)).Any(c => c.PersonId != before.Row.Id))
            {
                throw ScimProblem.Taken("a card belongs to someone else");
            }

            if (!cards.Exists(c => Same(c, hashes)))
            {
                cards.Add(before.Cards.FirstOrDefault(c => Same(c, hashes)) ?? new CardRow
                {
                    Id = ids.Next(), OrgId = org, PersonId = before.Row.Id, KeyId = hashes[0].KeyId, Hash = hashes[0].Hash.ToArray(), Suffix = CardSuffix.Of(number), AddedBy = Source, AddedAt = now,
                });
            }
        }

        return cards;

        static bool Same(CardRow card, IEnumerable<KeyedHash> hashes) => hashes.Any(h => h.KeyId == card.KeyId && h.Hash.Span.SequenceEqual(card.Hash));
    }

    private async Task<T> WriteAsync<T>(Func<DbConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteAsync(write, cancellationToken);
        }
        catch (Exception e) when (database.IsUniqueViolation(e))
        {
            throw ScimProblem.Taken("the user name or a card belongs to someone else");
        }
    }
}
