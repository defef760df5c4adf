using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Pins;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Imports;

/// <summary>What one input does to one person. Reads the set and changes nothing; the caller puts the result into it.</summary>
internal sealed class PersonDecision(KeyRing ring, IdGenerator ids, DateTimeOffset now)
{
    private const int MaxCards = 64;

    /// <summary>The change, with no columns when nothing differs. Throws <see cref="InputFaultException"/> for an input that can't be.</summary>
    public PersonChange Decide(PersonSet set, PersonInput input, UpsertContext context)
    {
        var name = InputRules.Name("username", input.UserName);
        var before = set.ByName.GetValueOrDefault(NameFolding.Fold(name));
        if (before is null && input.AddedCard is not null)
        {
            throw new InputFaultException("there is no such user");
        }

        var state = before ?? New(name, context);
        var after = new PersonState(
            input.AddedCard is null ? Merge(state.Row, input) : state.Row,
            input.Groups.IsSet ? Groups(state, input.Groups.Value) : state.Groups,
            Cards(set, state, input, context),
            input.Pin.IsSet ? Pin(set, state, input.Pin.Value, before is null, context) : state.Pin);
        return new PersonChange(before, after, Differences(before, after));
    }

    private PersonState New(string name, UpsertContext context) => new(
        new PersonRow
        {
            Id = ids.Next(), OrgId = context.OrgId, UserName = name, UserFolded = NameFolding.Fold(name), CreatedAt = now, UpdatedAt = now,
        },
        [], [], null);

    private static PersonRow Merge(PersonRow row, PersonInput input) => row with
    {
        DisplayName = InputRules.Text("displayName", input.DisplayName.Or(row.DisplayName)),
        Email = InputRules.Text("email", input.Email.Or(row.Email)),
        Department = InputRules.Text("department", input.Department.Or(row.Department)),
        CostCentre = InputRules.Text("costCentre", input.CostCentre.Or(row.CostCentre)),
        Principal = InputRules.Text("principal", input.Principal.Or(row.Principal)),
        Language = InputRules.Text("language", input.Language.Or(row.Language)),
        Functions = input.Functions.IsSet ? InputRules.Functions("functions", input.Functions.Value) : row.Functions,
        ProjectRequired = input.ProjectRequired.IsSet ? input.ProjectRequired.Value ?? false : row.ProjectRequired,
        Enabled = input.Enabled.IsSet ? input.Enabled.Value ?? true : row.Enabled,
    };

    /// <summary>The groups given by hand are those named; what a directory or a provisioning client gave stays, named or not.</summary>
    private static ImmutableArray<PersonGroupRow> Groups(PersonState state, IReadOnlyList<string>? names)
    {
        var others = state.Groups.Where(group => group.Source != PersonGroupRow.ByHand).ToList();
        return
        [
            .. InputRules.Names("groups", names)
                .Select(name => new PersonGroupRow { PersonId = state.Row.Id, GroupName = name, GroupFolded = NameFolding.Fold(name) })
                .Where(group => !others.Exists(other => other.GroupFolded == group.GroupFolded))
                .Concat(others).OrderBy(group => group.GroupFolded, StringComparer.Ordinal),
        ];
    }

    private ImmutableArray<CardRow> Cards(PersonSet set, PersonState state, PersonInput input, UpsertContext context)
    {
        if (input.AddedCard is null && !input.Cards.IsSet)
        {
            return state.Cards;
        }

        var kept = input.AddedCard is null ? [] : state.Cards.ToList();
        var texts = input.AddedCard is { } one ? [one] : (input.Cards.Value ?? []).Where(card => !string.IsNullOrWhiteSpace(card)).ToList();
        for (var i = 0; i < texts.Count; i++)
        {
            var which = texts.Count == 1 ? "the card" : string.Create(CultureInfo.InvariantCulture, $"card {i + 1}");
            var number = CardText.Canonicalize(texts[i]) ?? throw new InputFaultException($"{which} is no card number");
            var keys = ring.Candidates(HashKinds.Card, context.OrgId, number).Select(PersonSet.Key).ToList();
            if (keys.Select(key => set.CardOwners.GetValueOrDefault(key)).FirstOrDefault(owner => owner is not null) is { } owner && owner != state.Row.Id)
            {
                throw new InputFaultException($"{which} belongs to someone else");
            }

            if (!kept.Exists(card => keys.Contains(PersonSet.Key(card.KeyId, card.Hash))))
            {
                kept.Add(state.Cards.FirstOrDefault(card => keys.Contains(PersonSet.Key(card.KeyId, card.Hash))) ?? NewCard(state.Row.Id, number, context));
            }
        }

        return kept.Count > MaxCards ? throw new InputFaultException(string.Create(CultureInfo.InvariantCulture, $"more than {MaxCards} cards")) : [.. kept.OrderBy(card => card.Id)];
    }

    private CardRow NewCard(long personId, string number, UpsertContext context)
    {
        var hash = ring.Hash(HashKinds.Card, context.OrgId, number);
        return new CardRow
        {
            Id = ids.Next(), OrgId = context.OrgId, PersonId = personId, KeyId = hash.KeyId, Hash = hash.Hash.ToArray(),
            Suffix = CardSuffix.Of(number), AddedBy = context.Actor, AddedAt = now,
        };
    }

    private PinRow? Pin(PersonSet set, PersonState state, string? cell, bool isNew, UpsertContext context)
    {
        var pin = cell?.Trim();
        if (string.IsNullOrEmpty(pin))
        {
            return null;
        }

        if (PinPolicy.FaultOf(pin, Math.Max((set.Users ?? 0) + (isNew ? 1 : 0), context.TotalUsers)) is { } fault)
        {
            throw new InputFaultException(fault);
        }

        var candidates = ring.Candidates(HashKinds.Pin, context.OrgId, pin);
        if (candidates.Select(hash => set.PinOwners.GetValueOrDefault(PersonSet.Key(hash))).FirstOrDefault(owner => owner is not null) is { } owner && owner != state.Row.Id)
        {
            throw new InputFaultException("the PIN is taken");
        }

        return state.Pin is { } same && candidates.Any(hash => PersonSet.Key(hash) == PersonSet.Key(same.KeyId, same.Hash))
            ? same
            : new PinRow { PersonId = state.Row.Id, OrgId = context.OrgId, KeyId = candidates[0].KeyId, Hash = candidates[0].Hash.ToArray(), ChangedAt = now };
    }

    private static ImmutableArray<string> Differences(PersonState? before, PersonState after)
    {
        if (before is null)
        {
            return ["person"];
        }

        var (old, row) = (before.Row, after.Row);
        (string Column, bool Same)[] parts =
        [
            ("displayName", old.DisplayName == row.DisplayName), ("email", old.Email == row.Email), ("department", old.Department == row.Department),
            ("costCentre", old.CostCentre == row.CostCentre), ("principal", old.Principal == row.Principal), ("language", old.Language == row.Language),
            ("functions", old.Functions == row.Functions), ("projectRequired", old.ProjectRequired == row.ProjectRequired), ("enabled", old.Enabled == row.Enabled),
            ("groups", before.Groups.Select(group => group.GroupName).SequenceEqual(after.Groups.Select(group => group.GroupName))),
            ("cards", before.Cards.Select(card => card.Id).SequenceEqual(after.Cards.Select(card => card.Id))),
            ("pin", ReferenceEquals(before.Pin, after.Pin)),
        ];
        return [.. parts.Where(part => !part.Same).Select(part => part.Column)];
    }
}

/// <summary>What of a card number may be shown.</summary>
internal static class CardSuffix
{
    /// <summary>The last two signs of a number of eight or more; null for a shorter one, of which that would be too much.</summary>
    public static string? Of(string number) => number.Length >= 8 ? number[^2..] : null;
}
