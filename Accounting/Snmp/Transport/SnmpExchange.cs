namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>One request, one response, in whatever version the target wants.</summary>
internal sealed class SnmpExchange(TimeProvider time, SnmpClientOptions options) : IDisposable
{
    private readonly DatagramExchange _datagrams = new(time, options);
    private UsmExchange? _usm;

    /// <summary>The clock that deadlines go by.</summary>
    public TimeProvider Time => time;

    /// <summary>What was learned about agents.</summary>
    public AgentTraits Traits { get; } = new(time);

    /// <summary>Datagrams that came and were no answer to anything asked.</summary>
    public long Dropped => _datagrams.Dropped;

    /// <summary>Asks until an answer comes or the tries are used up. <paramref name="make"/> gives the PDU for a request id.</summary>
    public Task<SnmpAnswer> AskAsync(SnmpTarget target, Func<int, Pdu> make, CancellationToken cancellationToken) =>
        AskAsync(target, new SnmpRequest.Plain(make), cancellationToken);

    /// <summary>The same with any request.</summary>
    public Task<SnmpAnswer> AskAsync(SnmpTarget target, SnmpRequest request, CancellationToken cancellationToken) =>
        target.Version == SnmpVersion.V3
            ? LazyInitializer.EnsureInitialized(ref _usm, () => new UsmExchange(_datagrams, time, options)).AskAsync(target, request, cancellationToken)
            : AskPlainAsync(target, request, cancellationToken);

    /// <summary>The version that requests to this target are sent in now: its own, or 1 where an agent answered nothing else.</summary>
    public SnmpVersion VersionOf(SnmpTarget target) =>
        target.Version == SnmpVersion.V2c && Traits.OnlyVersion1(DatagramExchange.EndPointOf(target)) ? SnmpVersion.V1 : target.Version;

    public void Dispose() => _datagrams.Dispose();

    private async Task<SnmpAnswer> AskPlainAsync(SnmpTarget target, SnmpRequest request, CancellationToken cancellationToken)
    {
        var agent = DatagramExchange.EndPointOf(target);
        var version = VersionOf(target);
        // The last try to an agent that has never answered is made in version 1: it costs nothing, and old print servers know only that.
        var mayFallBack = version == SnmpVersion.V2c && target.Retries > 0 && !_datagrams.HasAnswered(agent);
        var exchanged = await _datagrams.SendAsync(
            target, agent,
            (attempt, id) =>
            {
                var used = mayFallBack && attempt == target.Retries && !request.IsBulk ? SnmpVersion.V1 : version;
                return (MessageCodec.Encode(used, target.Community.Span, request, id), CommunityExpectation.Of(used, request.Expected));
            },
            cancellationToken);
        if (exchanged.Verdict is not (Verdict.Answer or Verdict.InOrder))
        {
            if (version != target.Version)
            {
                // What was learned is of no use any more: the next request is made in the target's own version.
                Traits.Forget(agent);
            }

            return SnmpAnswer.Failed(exchanged.Failure, exchanged.Detail, exchanged.Traffic);
        }

        if (version == SnmpVersion.V2c && exchanged.By is CommunityExpectation { Version: SnmpVersion.V1 })
        {
            Traits.AnsweredOnlyVersion1(agent);
        }

        return SnmpAnswer.Of(exchanged, exchanged.Traffic);
    }
}

/// <summary>A response, or why there is none. <see cref="Values"/> stands in place of the response where it holds just what was asked for in that order.</summary>
internal sealed record SnmpAnswer(Pdu.Response? Response, SnmpCause Failure, string? Detail, DateTimeOffset SentAt, DateTimeOffset At, SnmpTraffic Traffic)
{
    /// <summary>The values of a prepared request; default when the answer is another one.</summary>
    public System.Collections.Immutable.ImmutableArray<SnmpValue> Values { get; private init; }

    /// <summary>What an exchange brought that brought an answer.</summary>
    public static SnmpAnswer Of(Exchanged exchanged, SnmpTraffic traffic) =>
        new((exchanged.Verdict as Verdict.Answer)?.Response, default, null, exchanged.SentAt, exchanged.At, traffic) { Values = exchanged.Verdict is Verdict.InOrder { Values: var values } ? values : default };

    /// <summary>The failure in words, with what was spent until then.</summary>
    public SnmpReply ToReply(SnmpTarget target, SnmpTraffic traffic)
    {
        var reason = SnmpCauses.Describe(Failure, target, Detail);
        return SnmpCauses.IsSilence(Failure) ? new SnmpReply.Silent(Failure, reason, traffic) : new SnmpReply.Refused(Failure, reason, traffic);
    }

    public static SnmpAnswer Failed(SnmpCause cause, string? detail, SnmpTraffic traffic) => new(null, cause, detail, default, default, traffic);
}
