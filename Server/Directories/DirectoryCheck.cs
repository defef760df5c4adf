using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;

namespace CopyTrack.Server.Directories;

/// <summary>What a directory answers, and what the first entries would become; changes nothing.</summary>
internal sealed record DirectoryFinding
{
    /// <summary>The server that answered.</summary>
    public required string Server { get; init; }

    /// <summary><c>activeDirectory</c> or <c>ldap</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Way of looking for changes.</summary>
    public required string Changes { get; init; }

    /// <summary>The first people, as they would be.</summary>
    public required IReadOnlyList<object> People { get; init; }

    /// <summary>User names of the first people.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Entries of the sample that can't be people, with the reason.</summary>
    public required IReadOnlyList<object> LeftOut { get; init; }
}

/// <summary>Looks at a directory as a run would.</summary>
internal sealed class DirectoryCheck(DirectoryConnectors connectors, TimeProvider time)
{
    private const int Sample = 5;

    /// <summary>Connects, binds and reads the first entries. Throws <see cref="LdapException"/> with the cause.</summary>
    public async Task<DirectoryFinding> RunAsync(DirectoryOptions options, CancellationToken cancellationToken)
    {
        options = await connectors.EffectiveAsync(options, cancellationToken);
        return await LookAsync(options, connectors.For(options), cancellationToken);
    }

    /// <summary>The same at a directory that is not kept yet, with this password (null: the one that is kept under its name). Throws <see cref="LdapException"/> with the cause.</summary>
    public Task<DirectoryFinding> TryAsync(DirectoryOptions options, string? password, CancellationToken cancellationToken) => LookAsync(options, connectors.Trial(options, password), cancellationToken);

    private async Task<DirectoryFinding> LookAsync(DirectoryOptions options, ILdapConnector way, CancellationToken cancellationToken)
    {
        await using var connection = await way.ConnectAsync(null, cancellationToken);
        var root = await RootDse.ReadAsync(connection, cancellationToken);
        var plan = DirectoryPlan.Of(options, root);
        var (people, left, names) = (new List<object>(), new List<object>(), new List<string>());
        await foreach (var item in PagedListing.ReadAsync(connection, plan.People with { PageSize = Sample }, plan.People.Filter, cancellationToken))
        {
            if (item is FeedItem.Entry entry)
            {
                switch (PersonMapping.Map(entry.Value, entry.Uuid, entry.Uuid, plan.Map, time.GetUtcNow()))
                {
                    case MapOutcome.Person { Value: var p }:
                        names.Add(p.UserName);
                        people.Add(new
                        {
                            username = p.UserName, displayName = p.Texts[0], email = p.Texts[1], department = p.Texts[2], costCentre = p.Texts[3], language = p.Texts[4], principal = p.Texts[5], otherPrincipals = p.OtherPrincipals,
                            cards = p.Cards.Length, inactive = p.Inactive, faults = p.Faults,
                        });
                        break;
                    case MapOutcome.Unusable unusable:
                        left.Add(new { dn = entry.Value.Dn, reason = unusable.Reason });
                        break;
                    default:
                        throw new InvalidOperationException("an outcome without a case");
                }
            }
            else if (item is FeedItem.Nameless)
            {
                left.Add(new { dn = (string?)null, reason = $"it shows no {plan.People.IdAttribute}" });
            }

            if (people.Count + left.Count >= Sample)
            {
                break;
            }
        }

        return new DirectoryFinding
        {
            Server = connection.Server.ToString(), Kind = root.IsActiveDirectory ? "activeDirectory" : "ldap", Changes = plan.Method, People = people, LeftOut = left, Names = names,
        };
    }
}
