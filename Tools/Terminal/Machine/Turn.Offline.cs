using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Machine;

/// <content>Offline logins within the server's policy, and their upload.</content>
internal sealed partial class Turn
{
    private const int MaxUpload = 20, MaxUploadCharacters = 40_000;
    private static readonly TimeSpan UploadPause = TimeSpan.FromSeconds(30);

    private void TakeOfflineAnswer(TerminalInput.OfflineAnswer answer)
    {
        if (State.Login is not { SentAs: null, Credential: Credential.Card card } login || card.Number != answer.Card || State.Link == LinkPhase.Ready || State.Stopping)
        {
            return;
        }
        if (answer.Grant is not { } grant || grant.ExpiresAt <= now || grant.Functions.IsEmpty)
        {
            Show("notKnownOffline", 0);
            return;
        }
        var localId = string.Create(CultureInfo.InvariantCulture, $"{policy.Seed}-o{State.NextId}");
        State = State with
        {
            Login = null, NextId = State.NextId + 1,
            OfflineLogin = new OfflineLogin(localId, card.Number, grant, now, now, now, false, login.Tag),
        };
        Out(new TerminalOutput.JournalOpen(localId, grant.Token, now + State.ClockOffset, grant.Functions));
    }

    /// <summary>Only what the journal holds may open the panel: a page must never be without its entry.</summary>
    private void TakeJournal(TerminalInput.JournalWritten written)
    {
        if (State.OfflineLogin is not { Written: false } offline || offline.LocalId != written.LocalId)
        {
            return;
        }
        if (!written.Good)
        {
            State = State with { OfflineLogin = null };
            LoginRefused(offline.Tag, null, "the offline journal can't be written", null);
            return;
        }
        State = State with { OfflineLogin = offline with { Written = true } };
        Apply(offline.Grant.Functions, null, null, null);
        Good(offline.Tag, new Fact("offline", true), new Fact("localId", offline.LocalId), new Fact("functions", offline.Grant.Functions));
    }

    private void EndOffline(string reason, bool keepOpen = false)
    {
        if (State.OfflineLogin is not { } offline)
        {
            return;
        }
        var logoutAt = now + State.ClockOffset;
        Out(new TerminalOutput.JournalSeen(offline.LocalId, logoutAt, true));
        State = State with
        {
            OfflineLogin = null, UploadAt = now,
            Uploads = State.Uploads.Add(new OfflineEntry(offline.LocalId, offline.Grant.Token, offline.LoginAt + State.ClockOffset, logoutAt, offline.Grant.Functions)),
        };
        if (!keepOpen)
        {
            Lock(reason, null);
        }
    }

    /// <summary>The server is back while someone works offline: the offline login ends here and becomes an ordinary one, the panel stays open meanwhile.</summary>
    private void ConvertOffline()
    {
        if (State.OfflineLogin is not { } offline)
        {
            return;
        }
        var goesOn = offline.Written && State.Login is null && State.LoginMethods.Contains("card");
        EndOffline("reconnected", keepOpen: goesOn);
        if (goesOn)
        {
            BeginLogin(new Credential.Card(offline.Card), null);
            State = State with { Login = State.Login! with { Converts = true } };
        }
    }

    private void DueOffline()
    {
        if (State.OfflineLogin is { Written: true } offline)
        {
            if (now >= offline.Grant.ExpiresAt)
            {
                EndOffline("expired");
            }
            else if (now >= offline.LastActivity + State.Idle)
            {
                EndOffline("idle");
            }
            else if (now >= offline.SeenAt + SeenEvery)
            {
                State = State with { OfflineLogin = offline with { SeenAt = now } };
                Out(new TerminalOutput.JournalSeen(offline.LocalId, now + State.ClockOffset, false));
            }
        }
        if (State is { Link: LinkPhase.Ready, Uploads.IsEmpty: false, UploadAt: { } at, Stopping: false } && now >= at && !State.Flights.Values.Any(flight => flight is Flight.Upload))
        {
            Upload();
        }
    }

    private void Upload()
    {
        var entries = ImmutableArray.CreateBuilder<OfflineEntry>();
        var characters = 0;
        foreach (var entry in State.Uploads.Take(MaxUpload))
        {
            characters += entry.Token.Length + 300;
            if (characters > MaxUploadCharacters && entries.Count > 0)
            {
                break;
            }
            entries.Add(entry);
        }
        State = State with { UploadAt = now + UploadPause };
        Request(new Flight.Upload([.. entries.Select(entry => entry.LocalId)]), new OfflineUploadRequest(entries.ToImmutable()));
    }

    private void UploadAnswered(ImmutableArray<string> localIds, OfflineUploadResult? result, RpcError? error)
    {
        if (result is null)
        {
            Tell("uploadError", new Fact("code", error?.Code), new Fact("message", error?.Message));
            return;
        }
        var refused = result.Rejected.Where(r => r.Code is not (ErrorCodes.NotReady or ErrorCodes.InternalError or ErrorCodes.DirectoryUnavailable)).ToArray();
        foreach (var localId in result.Accepted.Where(localIds.Contains))
        {
            Out(new TerminalOutput.JournalSettled(localId, null));
        }
        foreach (var rejection in refused)
        {
            Out(new TerminalOutput.JournalSettled(rejection.LocalId, rejection.Code));
        }
        var settled = result.Accepted.Concat(refused.Select(r => r.LocalId)).ToHashSet(StringComparer.Ordinal);
        State = State with { Uploads = State.Uploads.RemoveAll(entry => settled.Contains(entry.LocalId)), UploadAt = settled.Count > 0 ? now : State.UploadAt };
        Tell("uploaded", new Fact("accepted", result.Accepted), new Fact("rejected", refused.Select(r => ImmutableArray.Create<Fact>(new("localId", r.LocalId), new("code", r.Code))).ToImmutableArray()));
    }
}
