using System.Reflection;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.Overview;
using CopyTrack.Server.Web.Pages;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using NUnit.Framework;
using Stored = CopyTrack.Server.Reports.Words;
using Words = CopyTrack.Server.Web.Words;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Every word of a fixed list and every member of an enum that pages and mails show has English and German. The classes …Texts are where pages get them from: a method that is added there is looked at too.</summary>
internal sealed partial class ShownWordsTests
{
    private static readonly HashSet<string> s_known = [.. GermanTexts.Files().SelectMany(f => f.Texts.Keys)];

    /// <summary>The words of each method of a class …Texts that takes a word.</summary>
    private static readonly Dictionary<string, IEnumerable<string>> s_words = new()
    {
        ["AccessTexts.Outcome"] = [.. AccessTexts.Outcomes, "repeated"],
        ["AccessTexts.Method"] = ["card", "card+pin", "pin", "password", "smartcard", "register"],
        ["AccessTexts.Function"] = DeviceSettingsModel.AllFunctions,
        ["AccessTexts.Panel"] = ["locked", "unlocked", "fault"],
        ["AccessTexts.Capability"] = ["card", "pin", "password", "smartcard", "panelCable", "embedded", "projects", "offline"],
        ["ActorTexts.Of"] = ["cli", "web", "server", "retention", "fleet", "agent", "localAgent", "setupCode"],
        ["AlertTexts.Of"] = ["panelBypass", "panelError", "deviceUnreachable", "deviceReplaced", "meterReset", "quarantined", "receiptExceedsMeter", "supplyLow", "directoryRefused", "directoryFailed", "webhookPaused"],
        ["DeviceTexts.State"] = InventoryWords.States,
        ["DeviceTexts.Error"] = InventoryWords.Errors,
        ["DeviceTexts.Supply"] = InventoryWords.Supplies,
        ["DeviceTexts.Colour"] = InventoryWords.Colors,
        ["DeviceTexts.Unit"] = [.. InventoryWords.Units, "scans", "equivalents"],
        ["DeviceTexts.Level"] = InventoryWords.Levels,
        ["DeviceTexts.Severity"] = InventoryWords.Severities,
        ["DeviceTexts.Group"] = InventoryWords.Groups,
        ["DeviceTexts.Part"] = InventoryWords.Parts,
        ["DeviceTexts.Cover"] = InventoryWords.Covers,
        ["DirectoryTexts.Kind"] = ["full", "dryRun", "changes"],
        ["DirectoryTexts.By"] = ["schedule", "asked"],
        ["DirectoryTexts.Phase"] = ["connecting", "groups", "people", "removal"],
        ["DirectoryTexts.Outcome"] = ["good", "refused", "failed", "interrupted", "running"],
        ["DirectoryTexts.Field"] = MapTexts.Keys,
        ["DirectoryTexts.Setting"] = [.. EnteredDirectory.Keys, "Password"],
        ["ReceiptTexts.Service"] = ["copy", "print", "scan", "fax"],
        ["ReceiptTexts.Refused"] = ["credential", "rate", "message", "body", "panel"],
        ["RoleTexts.Role"] = [.. Roles.All, Roles.Provisioner],
        ["RoleTexts.Kind"] = ScopeText.Kinds,
        ["FleetModel.WordOf"] = ["good", "stale", "silent", "revoked", "unheard", "waiting"],
        ["FleetCellTexts.FlagOf"] = ["missing", "lateFirst", "earlyLast", "newEpoch", "rejectedReads", "implausible", "offset"],
        ["FleetLinksModel.WhyOf"] = ["elsewhere", "shared"],
        ["FleetDeviceModel.SwapOf"] = ["counters fell", "serial number changed", "other base counters"],
        ["FleetDeviceModel.FigureOf"] = BilledCounter.All.Select(c => c.Name),
        ["UpdatesModel.WordOf"] = Enum.GetNames<UpdateState>(),
        ["PrivacyModel.LabelOf"] = Retention.Fields.Select(f => f.Name),
    };

    /// <summary>Names of classes of the style sheet, no words.</summary>
    private static readonly string[] s_noWords = ["DeviceTexts.StateClass", "FleetModel.BadgeOf"];

    private static IEnumerable<Type> Classes => typeof(AccessTexts).Assembly.GetTypes().Where(t => t.Name.EndsWith("Texts", StringComparison.Ordinal) && t.Namespace is "CopyTrack.Server.Web.Site" or "CopyTrack.Server.Web.Overview")
        .Where(t => t != typeof(SettingTexts) && t != typeof(AuditValueTexts)).Concat([typeof(FleetModel), typeof(FleetDeviceModel), typeof(FleetLinksModel), typeof(UpdatesModel), typeof(PrivacyModel)]);

    private static IEnumerable<MethodInfo> Methods => Classes.SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(m => m.ReturnType == typeof(string) && m.GetParameters().Length == 1 && !m.IsSpecialName && !s_noWords.Contains(NameOf(m)));

    [Test]
    public void Every_word_of_a_list_has_English_and_German()
    {
        MethodInfo[] methods = [.. Methods.Where(m => m.GetParameters()[0].ParameterType == typeof(string))];
        Assert.That(methods.Select(NameOf).Except(s_words.Keys), Is.Empty, "a method of words that this test has no list of");
        Assert.That(s_words.Keys.Except(methods.Select(NameOf)), Is.Empty, "a list without its method");
        foreach (MethodInfo method in methods)
        {
            foreach (string word in s_words[NameOf(method)])
            {
                Assert.That(s_known, Does.Contain((string)method.Invoke(null, [word])!), $"{NameOf(method)} of {word} has no German");
            }
        }
    }

    [Test]
    public void Every_member_of_an_enum_has_English_and_German()
    {
        MethodInfo[] methods = [.. Methods.Where(m => m.GetParameters()[0].ParameterType.IsEnum)];
        Assert.That(methods, Has.Length.GreaterThanOrEqualTo(10));
        foreach (MethodInfo method in methods)
        {
            Type type = method.GetParameters()[0].ParameterType;
            string none = (string)method.Invoke(null, [Enum.ToObject(type, 250)])!;
            List<string> likeNone = [];
            foreach (object member in Enum.GetValues(type))
            {
                string text = (string)method.Invoke(null, [member])!;
                Assert.That(s_known, Does.Contain(text), $"{NameOf(method)} of {member} has no German");
                likeNone.AddRange(text == none ? [member.ToString()!] : Array.Empty<string>());
            }

            Assert.That(likeNone, Has.Count.LessThanOrEqualTo(1), $"{NameOf(method)}: several members fall to what stands for none of them");
        }
    }

    [Test]
    public void Counters_causes_and_alerts_have_English_and_German()
    {
        foreach (var (function, color, size, sides) in from f in Enum.GetValues<PageFunction>() from c in Enum.GetValues<PageColor>() from s in Enum.GetValues<PageSize>() from d in Enum.GetValues<PageSides>() select (f, c, s, d))
        {
            Assert.That(DeviceTexts.Counter(function, color, size, sides), Is.SubsetOf(s_known), $"{function} {color} {size} {sides}");
            string name = CounterText.Of(new CounterKey(function, color, size, sides, CounterUnit.Impressions));
            Assert.That(new Words("de", TimeZoneInfo.Utc, "EUR")[$"epoch 1, counter {name}"], Is.Not.EqualTo($"Epoche 1, Zähler {name}").And.StartsWith("Epoche 1, Zähler "), name);
        }

        foreach (string word in Enum.GetValues<Cause>().Select(c => Stored.Of(c) ?? "none").Concat(Enum.GetValues<PageFunction>().Select(Stored.Of)))
        {
            Assert.That(s_known, Does.Contain(ReportHeadings.Title(word, EnglishWords.Instance)), word);
        }

        Assert.That(Enum.GetValues<Confidence>().Select(Stored.Of).Concat(Enum.GetValues<EntrySource>().Select(Stored.Of)).Select(w => ReportHeadings.Title(w, EnglishWords.Instance)), Is.SubsetOf(s_known));

        AlertSentences sentences = new(EnglishWords.Instance, TimeZoneInfo.Utc);
        Assert.That(Enum.GetValues<AlertKind>().Select(sentences.Kind), Is.Unique.And.SubsetOf(s_known));
        Assert.That(Enum.GetValues<AlertSeverity>().Select(sentences.Severity), Is.Unique.And.SubsetOf(s_known));
        Assert.That(Enum.GetValues<SessionState>().Select(s => AccessTexts.Session((int)s)), Is.Unique.And.SubsetOf(s_known));
    }

    [Test]
    public void Every_action_of_the_audit_log_has_English_and_German()
    {
        string[] actions =
        [
            .. Directory.EnumerateFiles(Path.Combine(LanguageTests.Root(), "Server"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(f => Audited().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)).Where(a => !a.EndsWith(".json", StringComparison.Ordinal)).Distinct(),
        ];
        Assert.That(actions, Has.Length.GreaterThan(50));
        Assert.That(actions.Where(a => !AuditTexts.Knows(a)), Is.Empty, "give them words in AuditTexts");
        Words german = new("de", TimeZoneInfo.Utc, "EUR"), english = new("en", TimeZoneInfo.Utc, "EUR");
        Assert.That((AuditTexts.Of(english, "person.change"), AuditTexts.Of(german, "alert.rule.delete"), AuditTexts.Of(german, "of.later")), Is.EqualTo(("Person: changed", "Warnregel: gelöscht", "of: later")));
    }

    [Test]
    public void Every_alert_that_the_sources_raise_has_English_and_German()
    {
        string[] kinds =
        [
            .. new[] { "Server", "Accounting" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(LanguageTests.Root(), f), "*.cs", SearchOption.AllDirectories))
                .SelectMany(f => Alerted().Matches(File.ReadAllText(f)).Select(m => m.Groups.Values.Skip(1).Single(g => g.Success).Value)).Distinct(),
        ];
        Assert.That(kinds, Has.Length.GreaterThanOrEqualTo(7).And.SubsetOf(s_words["AlertTexts.Of"]), "give them words in AlertTexts and here");
    }

    [TestCase("en", "3 Mar", "Tue 3")]
    [TestCase("de", "3.3.", "Di 3.")]
    public void Days_on_an_axis_are_written_as_the_reader_writes_them(string language, string shortDay, string weekDay)
    {
        Words words = new(language, TimeZoneInfo.Utc, "EUR");
        Assert.That((words.ShortDay(new DateOnly(2026, 3, 3)), words.WeekDay(new DateOnly(2026, 3, 3))), Is.EqualTo((shortDay, weekDay)));
    }

    [Test]
    public void Roles_and_supplies_are_told_in_words()
    {
        Words german = new("de", TimeZoneInfo.Utc, "EUR");
        Assert.That(RoleTexts.Of(german, new WebRole(Roles.Manager, "department=Sales")), Is.EqualTo("Führungskraft, Abteilung Sales"));
        Assert.That((DeviceTexts.Name(german, "black toner"), DeviceTexts.Name(german, "TK-5240K")), Is.EqualTo(("Toner, Schwarz", "TK-5240K")));
        Assert.That(DeviceWords.Told(new ReportWords(german), "jammed doorOpen"), Is.EqualTo("Papierstau, eine Klappe ist offen"));
    }

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    [GeneratedRegex(@"(?:AddAsync|TellAsync|NoteAsync|AuditAsync)\([^;]{0,200}?""([a-z][A-Za-z]*(?:\.[a-zA-Z]+)+)""")]
    private static partial Regex Audited();

    [GeneratedRegex(@"\(""alert"", \(""kind"", ""(\w+)""|AlertAsync\(""(\w+)""|new \{ kind = ""(\w+)"", webhook")]
    private static partial Regex Alerted();
}
