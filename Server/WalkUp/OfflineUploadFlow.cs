using System.Collections.Immutable;
using System.Text.Json;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>offline.upload: logins that a terminal let in while the server was away (docs/terminal-protocol.md §3, §5).</summary>
internal sealed class OfflineUploadFlow(
    OfflineTokens tokens, OfflineRepository rows, IDatabase database, IDeviceJournal journal, IDeviceMeters meters, LiveDevices live, DecisionContexts contexts,
    TerminalPolicy policy, IdGenerator ids, PriceGroups groups)
{
    private const int Tries = 5;

    /// <summary>How far a terminal's clock may be off.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Answers the upload: what is booked (now or by an earlier upload of the same id) is accepted, what may not be is rejected. When the device can't be
    /// read, so that nothing can be booked yet, the whole request gets notReady and may be sent again.
    /// </summary>
    public async Task HandleAsync(ConnectedTerminal terminal, RequestId id, OfflineUploadRequest request, CancellationToken cancellationToken)
    {
        if (!terminal.Offline)
        {
            terminal.Link.Fail(id, new RpcError(ErrorCodes.MethodNotOffered, "offline logins are not allowed"));
            return;
        }

        List<OfflineEntry> entries = [.. request.Entries.DistinctBy(e => e.LocalId, StringComparer.Ordinal)];
        var refused = ImmutableArray.CreateBuilder<OfflineRejection>();
        for (var tries = 0; tries < Tries; tries++)
        {
            var kept = await rows.KeptAsync(terminal.Link.TerminalId, entries.ConvertAll(e => e.LocalId), cancellationToken);
            refused.Clear();
            var logins = new List<OfflineLogin>();
            foreach (var entry in entries.Where(e => !kept.Contains(e.LocalId)))
            {
                if (Check(terminal, entry, out var login) is { } rejection)
                {
                    refused.Add(rejection);
                }
                else
                {
                    logins.Add(login!);
                }
            }

            switch (logins.Count == 0 ? Booking.Done : await BookAsync(terminal, logins, cancellationToken))
            {
                case Booking.Done:
                    terminal.Link.Reply(id, new OfflineUploadResult(
                        [.. entries.Select(e => e.LocalId).Where(l => !refused.Any(r => r.LocalId == l))], refused.ToImmutable()));
                    return;
                case Booking.Unread:
                    terminal.Link.Fail(id, new RpcError(ErrorCodes.NotReady, "the meters of the device can't be read now; send it again later"));
                    return;
                case Booking.Stale:
                    break;
                default:
                    throw new InvalidOperationException("a booking without a case");
            }
        }

        terminal.Link.Fail(id, new RpcError(ErrorCodes.NotReady, "the device is busy; send it again later"));
    }

    private enum Booking { Done, Unread, Stale }

    private OfflineRejection? Check(ConnectedTerminal terminal, OfflineEntry entry, out OfflineLogin? login)
    {
        login = null;
        var now = contexts.Now;
        var logoutAt = entry.LogoutAt < now ? entry.LogoutAt : now;
        if (tokens.Open(entry.Token) is not { } grant)
        {
            return new OfflineRejection(entry.LocalId, ErrorCodes.WrongCredentials, "the token is not one of this server");
        }

        var fault = grant.Org != terminal.OrgId ? "the token is of another organisation"
            : entry.LoginAt < grant.IssuedAt - Skew ? "the login is older than its token"
            : entry.LoginAt > grant.ExpiresAt || entry.LoginAt > grant.IssuedAt.AddHours(policy.OfflineHours) ? "the token had run out at the login"
            : logoutAt > grant.ExpiresAt + contexts.Options.Max ? "the logout is too long after the token had run out"
            : entry.LogoutAt.AddHours(policy.OfflineHours) + OfflineUpkeep.Grace < now ? "the upload comes too late"
            : !entry.UnlockedFunctions.All(f => Within(f, grant)) ? "the token does not permit all of the functions"
            : null;
        if (fault is not null)
        {
            return new OfflineRejection(entry.LocalId, ErrorCodes.NotPermitted, fault);
        }

        if (entry.LogoutAt < entry.LoginAt || entry.LogoutAt > now + Skew || Columns.Text(entry.LocalId) != entry.LocalId)
        {
            return new OfflineRejection(entry.LocalId, ErrorCodes.InvalidParams, "localId must be plain text, logoutAt not before loginAt and not in the future");
        }

        login = new OfflineLogin(
            entry.LocalId, ids.Next(), terminal.Link.TerminalId, grant.Person, string.Join(';', entry.UnlockedFunctions),
            entry.LoginAt < logoutAt ? entry.LoginAt : logoutAt, logoutAt);
        return null;
    }

    private static bool Within(string function, OfflineGrant grant)
    {
        var permitted = grant.Functions.Split(';');
        return permitted.Contains(function, StringComparer.Ordinal) || (function == "copy" && permitted.Contains("copyColor", StringComparer.Ordinal));
    }

    private async Task<Booking> BookAsync(ConnectedTerminal terminal, List<OfflineLogin> logins, CancellationToken cancellationToken)
    {
        var state = await journal.ReadAsync(terminal.DeviceId, cancellationToken);
        if (state?.Last is not { } last || last.ConfirmedAt < logins.Max(l => l.LogoutAt))
        {
            return await ReadAsync(terminal.DeviceId, state?.ClaimToken ?? 0, logins.Max(l => l.LogoutAt), cancellationToken) ? Booking.Stale : Booking.Unread;
        }

        var entries = await rows.EntriesAsync(
            terminal.DeviceId, logins.Min(l => l.LoginAt), logins.Max(l => l.LogoutAt) + contexts.Options.Settle, cancellationToken);
        var named = await groups.OfAsync(logins.Select(l => l.PersonId), cancellationToken);
        logins = [.. logins.Select(l => l with { PriceGroups = named?.GetValueOrDefault(l.PersonId) })];
        try
        {
            return await journal.ApplyAsync(
                terminal.DeviceId,
                s =>
                {
                    // Entries that came or went since they were looked at would be missed or taken back twice.
                    if (s.Reversals != state.Reversals || s.EntrySeq != state.EntrySeq || s.Epoch != state.Epoch)
                    {
                        return (new DeviceChange(), Booking.Stale);
                    }

                    var (change, outcome) = OfflineRules.Upload(s, contexts.At(), entries, logins);
                    return outcome.NeedsReading ? (new DeviceChange(), Booking.Stale)
                        : (change with { Uploads = [.. logins.Where(l => outcome.Accepted.Contains(l.LocalId)).Select(Record)] }, Booking.Done);
                },
                cancellationToken);
        }
        catch (Exception e) when (database.IsUniqueViolation(e))
        {
            // The same upload came twice at once; the other one was first.
            return Booking.Stale;
        }
    }

    private OfflineUploadRecord Record(OfflineLogin login) => new(
        login.TerminalId, login.LocalId, contexts.Now, login.PersonId, login.SessionId,
        JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["loginAt"] = login.LoginAt.ToString("O"), ["logoutAt"] = login.LogoutAt.ToString("O"), ["functions"] = login.Functions,
        }));

    /// <summary>Brings the last border behind the last logout; false when the device does not answer.</summary>
    private async Task<bool> ReadAsync(long deviceId, long token, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var trigger = ReadingTrigger.Idle;
        for (var tries = 0; tries < 2; tries++)
        {
            if (await meters.ReadAsync(deviceId, trigger, token, cancellationToken) is not MeterRead.Taken taken)
            {
                return false;
            }

            var outcome = await journal.ApplyAsync(deviceId, s => WalkUpRules.Reading(s, contexts.At(terminalOffline: true), taken.Reading), cancellationToken);
            live.Follow(outcome.After);
            if (outcome.After.Last?.ConfirmedAt >= until)
            {
                return true;
            }

            trigger = outcome.Verdict == ReadingVerdict.Unconfirmed ? ReadingTrigger.Confirm : trigger;
        }

        return false;
    }
}
