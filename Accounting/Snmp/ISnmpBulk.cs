using System.Collections.Immutable;

namespace CopyTrack.Accounting.Snmp;

/// <summary>A client that can ask for what follows many names in one datagram, so that tables come in few.</summary>
public interface ISnmpBulk : ISnmpClient
{
    /// <summary>
    /// One GETBULK (RFC 3416 §4.2.3): what follows each of <paramref name="once"/>, then up to <paramref name="repetitions"/> times what follows each of
    /// <paramref name="repeated"/>, row by row. The agent may cut the answer short; nothing of it has been checked. Not for version 1.
    /// </summary>
    Task<SnmpBulk> BulkAsync(
        SnmpTarget target, ImmutableArray<ObjectIdentifier> once, ImmutableArray<ObjectIdentifier> repeated, int repetitions, CancellationToken cancellationToken);
}

/// <summary>The agent's answer as it came; <see cref="VarBinds"/> is empty when it was an error, and <see cref="Silence"/> says why when there was none.</summary>
public sealed record SnmpBulk(ImmutableArray<VarBind> VarBinds, string? Silence, SnmpTraffic Traffic);
