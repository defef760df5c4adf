using System.Globalization;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Fleet;

/// <summary>Signed acknowledgements that are carried to an agent as a file, because its messages come by mail and nothing leads back.</summary>
internal sealed class AcknowledgementFiles(FleetInbox inbox, FleetKey key, TimeProvider time)
{
    /// <summary>The file for an agent as things stand now; null for one that is not enrolled, or is revoked.</summary>
    public async Task<byte[]?> MakeAsync(FleetAgentRow agent, CancellationToken cancellationToken)
    {
        if (agent is not { PublicKey: { } publicKey, RevokedAt: null } || await inbox.CarriedAsync(agent.Id, agent.Generation, time.GetUtcNow(), cancellationToken) is not { } word)
        {
            return null;
        }

        var own = await key.GetAsync(cancellationToken);
        return word.Seal(agent.Id.ToString(CultureInfo.InvariantCulture), publicKey, own);
    }

    /// <summary>What the file of an agent is called.</summary>
    public static string NameOf(FleetAgentRow agent) => string.Concat(agent.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')) + CarriedAcknowledgement.Extension;
}
