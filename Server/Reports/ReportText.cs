using System.Globalization;

namespace CopyTrack.Server.Reports;

/// <summary>Cells as text for tables and CSV files.</summary>
internal static class ReportText
{
    /// <summary>Invariant text of a cell; unknown is empty. Nested values are <c>name=value</c> pairs with <c>; </c> between.</summary>
    public static string Of(object? value) => value switch
    {
        null => "",
        string text => text,
        ErasedPerson gone => gone.Id.ToString(CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        long count => count.ToString(CultureInfo.InvariantCulture),
        decimal money => money.ToString("0.00####", CultureInfo.InvariantCulture),
        DateTimeOffset time => ReportJson.Rfc3339(time),
        ReportNode.Members members => string.Join("; ", members.Values.Select(m => $"{m.Name}={Of(m.Value)}")),
        ReportNode.Items items => string.Join(" | ", items.Values.Select(Of)),
        _ => throw new InvalidOperationException($"A report cell can't hold {value.GetType().Name}."),
    };
}
