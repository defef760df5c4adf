using System.Buffers;
using System.Threading.Channels;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;

namespace CopyTrack.Server.Directories;

/// <summary>Reads people and applies them in batches: some are written while the next are read. What comes is never held as a whole.</summary>
internal sealed class PeoplePass(PeopleBatches batches, ILdapConnection connection, DirectoryPlan plan, PersonMerge merge, TimeProvider time)
{
    // One entry is read after the other.
    private readonly ArrayBufferWriter<byte> _text = new(512);

    /// <summary>
    /// Reads everything (<paramref name="since"/> null) or what changed, and returns the feed's end. Throws <see cref="LdapException"/>; what was
    /// applied by then stays, for each batch is right in itself.
    /// </summary>
    public async Task<FeedItem.End> RunAsync(FeedPosition? since, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<PeopleBatch>(new BoundedChannelOptions(1) { SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(() => ReadAsync(since, channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            await Parallel.ForEachAsync(
                channel.Reader.ReadAllAsync(cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = batches.Lanes, CancellationToken = cancellationToken },
                async (batch, ct) => await batches.ApplyAsync(batch, ct));
        }
        catch
        {
            // The writing failed: the reading ends too, and its own failure is not the cause.
            await stop.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await reading;
    }

    private async Task<FeedItem.End> ReadAsync(FeedPosition? since, ChannelWriter<PeopleBatch> writer, CancellationToken cancellationToken)
    {
        FeedItem.End? end = null;
        try
        {
            var batch = new PeopleBatch { Listing = since is null };
            await foreach (var item in Feeds.ReadAsync(plan.Method, connection, plan.People, since, cancellationToken))
            {
                Add(batch, item);
                end = item as FeedItem.End ?? end;
                if (batch.Count >= batches.Size)
                {
                    await writer.WriteAsync(batch, cancellationToken);
                    batch = new PeopleBatch { Listing = since is null };
                }
            }

            await writer.WriteAsync(batch, cancellationToken);
            writer.Complete();
        }
        catch (Exception e)
        {
            // Whatever it was, the consumer must end too; it throws this same failure.
            writer.Complete(e);
            throw;
        }

        return end ?? throw new LdapException(LdapCause.Protocol, $"{connection.Server}: an answer without an end");
    }

    private void Add(PeopleBatch batch, FeedItem item)
    {
        switch (item)
        {
            case FeedItem.Entry entry:
                switch (PersonMapping.Map(entry.Value, entry.Uuid, MemberKey.Of(entry.Uuid, entry.Value.Dn, plan.ById), plan.Map, time.GetUtcNow()))
                {
                    case MapOutcome.Person person:
                        batch.People.Add(new ReadPerson(person.Value, merge.Print(person.Value, _text)));
                        break;
                    case MapOutcome.Unusable unusable:
                        batch.Unusable.Add((entry.Uuid, entry.Value.Dn, unusable.Reason));
                        break;
                    default:
                        throw new InvalidOperationException("an outcome without a case");
                }

                break;
            case FeedItem.Present present:
                batch.Present.Add(present.Uuid.ToArray());
                break;
            case FeedItem.Deleted deleted:
                batch.Gone.Add(deleted.Uuid.ToArray());
                break;
            case FeedItem.Referral:
                batch.Referrals++;
                break;
            case FeedItem.Nameless:
                batch.Nameless++;
                break;
            default:
                break;
        }
    }
}

/// <summary>An entry and its print.</summary>
internal sealed record ReadPerson(DirectoryPerson Person, byte[] Print);

/// <summary>Some of what a directory told.</summary>
internal sealed class PeopleBatch
{
    /// <summary>True when everything is listed, so that an id that comes twice is a fault.</summary>
    public required bool Listing { get; init; }

    public List<ReadPerson> People { get; } = [];

    public List<(byte[] Uuid, string Dn, string Reason)> Unusable { get; } = [];

    public List<byte[]> Present { get; } = [];

    public List<byte[]> Gone { get; } = [];

    public int Referrals { get; set; }

    public int Nameless { get; set; }

    public int Count => People.Count + Unusable.Count + Present.Count + Gone.Count;
}
