namespace CopyTrack.Server.Web.Overview;

/// <summary>What waits for an administrator beside devices and terminals: how much of each.</summary>
internal sealed record Attention
{
    /// <summary>More than so many are not counted where a stranger could make any number.</summary>
    public const int Bound = 1000;

    /// <summary>How far back each counts, so that what nobody will ever mend goes by itself.</summary>
    public static readonly TimeSpan Mails = TimeSpan.FromDays(7), UnknownCards = TimeSpan.FromDays(1), ConflictsLast = TimeSpan.FromDays(7);

    public long Names { get; init; }
    public long ReportMails { get; init; }
    public long AlertMails { get; init; }
    public long Cards { get; init; }
    public long Conflicts { get; init; }
    public long Agents { get; init; }

    /// <summary>Alerts that nobody has taken note of; the overview lists the worst of them.</summary>
    public long Raised { get; init; }

    /// <summary>A line for each kind of which there is one, with the page where it is settled.</summary>
    public IEnumerable<AttentionLine> Lines(Words words)
    {
        AttentionLine[] all =
        [
            new(Agents, words.Count(Agents, "{0} agent has sent nothing new for too long.", "{0} agents have sent nothing new for too long."), "/Fleet", words["Fleet"], "bad"),
            new(ReportMails, words.Count(ReportMails, "{0} report was not mailed, or may not have arrived.", "{0} reports were not mailed, or may not have arrived."), "/SavedReports", words["Kept reports"], "bad"),
            new(AlertMails, words.Count(AlertMails, "{0} mail about an alert was not sent, or may not have arrived.", "{0} mails about alerts were not sent, or may not have arrived."), "/Alerts", words["Alerts"], "bad"),
            new(Conflicts, words.Count(Conflicts, "{0} receipt contradicts an earlier one.", "{0} receipts contradict earlier ones."), "/Receipts", words["Receipts"], "warn"),
            new(Names, words.Count(Names, "{0} request for a name waits for a second person.", "{0} requests for names wait for a second person."), "/Privacy", words["Privacy"], "warn"),
            new(Cards, words.Count(Cards, "{0} card that nobody has was shown since yesterday.", "{0} cards that nobody has were shown since yesterday."), "/AccessLog?show=unknown", words["Access log"], "warn"),
        ];
        return all.Where(l => l.Number > 0);
    }
}

/// <summary>One line of what waits: how much, what, and the page about it.</summary>
internal sealed record AttentionLine(long Number, string Text, string Href, string Page, string Badge);
