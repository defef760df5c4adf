using System.Collections.Immutable;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Tests.Profiles;

/// <summary>Two devices behind one client, told apart by their port.</summary>
internal sealed class OneOrTwo(ISnmpClient one, ISnmpClient two) : ISnmpClient
{
    public Task<SnmpReply> GetAsync(SnmpTarget target, ImmutableArray<ObjectIdentifier> oids, CancellationToken cancellationToken) => Of(target).GetAsync(target, oids, cancellationToken);

    public Task<SnmpWalk> WalkAsync(SnmpTarget target, ObjectIdentifier root, int maxRows, CancellationToken cancellationToken) => Of(target).WalkAsync(target, root, maxRows, cancellationToken);

    private ISnmpClient Of(SnmpTarget target) => target.Port == 1 ? one : two;
}
