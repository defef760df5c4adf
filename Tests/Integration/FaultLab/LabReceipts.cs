using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Integration.FaultLab;

/// <summary>Compares the receipts that are kept with what the devices were told about them.</summary>
internal static class LabReceipts
{
    /// <summary>Every acknowledged receipt is kept once and closed, every conflict is shown, and nothing else is there.</summary>
    public static async Task JudgeAsync(IDatabase database, IReadOnlyList<LabTerminal> terminals, LabVerdict verdict)
    {
        var kept = (await database.ReadAsync((c, _) => c.QueryAsync<(long DeviceId, string Key, long Status)>("select device_id, key, status from receipt"), default)).ToList();
        var conflicts = (await database.ReadAsync((c, _) => c.QueryAsync<(long DeviceId, string Key)>("select device_id, key from receipt_conflict"), default)).ToHashSet();
        foreach (var terminal in terminals.Where(t => t.Reporter is not null))
        {
            var (device, reporter) = ((long)terminal.Device.Number, terminal.Reporter!);
            var mine = kept.Where(r => r.DeviceId == device).ToList();
            var keys = mine.Select(r => r.Key).ToHashSet();
            verdict.Receipts += mine.Count;
            verdict.ReceiptsAgain += reporter.Duplicates;
            verdict.Duplicates += mine.Count - keys.Count;
            verdict.Faults.AddRange(reporter.Acknowledged.Keys.Where(k => !keys.Contains(k)).Select(k => $"device {device}: receipt {k} was acknowledged and is gone"));
            verdict.Faults.AddRange(keys.Where(k => !reporter.Acknowledged.ContainsKey(k)).Select(k => $"device {device}: receipt {k} is kept and was never sent to the end"));
            verdict.Faults.AddRange(mine.Where(r => r.Status == (long)ReceiptStatus.Waiting).Select(r => $"device {device}: receipt {r.Key} still waits"));
            verdict.Faults.AddRange(reporter.Conflicts.Where(k => !conflicts.Contains((device, k))).Select(k => $"device {device}: the conflict of {k} is not kept"));
            foreach (var state in mine.GroupBy(r => (ReceiptStatus)r.Status))
            {
                verdict.ReceiptStates[state.Key.ToString()] = verdict.ReceiptStates.GetValueOrDefault(state.Key.ToString()) + state.Count();
            }
        }
    }
}
