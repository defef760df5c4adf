using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>A copier of the simulated office. <see cref="Model"/> is one of the simulator's.</summary>
internal sealed record DemoCopier(string Name, string Model, string Location, bool Color)
{
    /// <summary>True when its meters tell copies, prints and faxes apart, so that a print from elsewhere never looks like a walk-up's.</summary>
    public bool TellsFunctions => Model is not ("hp" or "plain");
}

/// <summary>Somebody who works there. Cards are made from the name: the same in every demo.</summary>
internal sealed record DemoPerson(string UserName, string DisplayName, string Department, bool MustChooseProject, string Functions)
{
    /// <summary>The number on the badge.</summary>
    public string Card { get; } = "04" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("demo badge of " + UserName)), 0, 6);
}

/// <summary>Who and what stands in the simulated office.</summary>
internal static class DemoSite
{
    /// <summary>Six copiers of different makers.</summary>
    public static readonly DemoCopier[] Copiers =
    [
        new("Kyocera-Reception", "kyocera", "Ground floor, reception", true),
        new("Ricoh-Sales", "ricoh", "First floor, sales", true),
        new("Konica-Design", "konica", "Second floor, design studio", true),
        new("Sharp-Engineering", "sharp", "Second floor, engineering", true),
        new("HP-Accounts", "hp", "First floor, accounts", false),
        new("Plain-Warehouse", "plain", "Warehouse", false),
    ];

    /// <summary>Billing codes and their names.</summary>
    public static readonly (string Code, string Name)[] Projects =
    [
        ("2201", "Harbour bridge"), ("2202", "School extension"), ("2203", "Museum roof"), ("2204", "Market hall"), ("2205", "Own office"),
    ];

    /// <summary>Forty people in five departments; those in Design must choose a project, those in Accounts and the warehouse copy in black only.</summary>
    public static readonly DemoPerson[] People =
    [
        .. Of("Administration", "Anna Berg", "Bruno Costa", "Clara Novak", "David Okafor", "Elena Petrova", "Felix Wagner", "Grace Kim", "Hugo Martin"),
        .. Of("Sales", "Ines Duarte", "Jonas Lind", "Katja Weber", "Liam Murphy", "Maria Rossi", "Noah Fischer", "Olga Sokolova", "Pablo Ruiz", "Quinn Adams", "Rosa Marino"),
        .. Of("Design", "Samir Haddad", "Tereza Dvorak", "Uwe Schulz", "Vera Lang", "Walter Brandt", "Xenia Pavlou", "Yusuf Demir", "Zoe Laurent"),
        .. Of("Engineering", "Arne Dahl", "Beatriz Silva", "Chen Wei", "Dana Levi", "Erik Holm", "Fatima Zahra", "Goran Kovac", "Hana Sato"),
        .. Of("Accounts", "Ivan Horvat", "Julia Klein", "Karl Jansen", "Leila Amiri"),
        .. Of("Warehouse", "Marek Nowak", "Nina Olsen"),
    ];

    private static IEnumerable<DemoPerson> Of(string department, params string[] names) => names.Select(name => new DemoPerson(
        name.ToLowerInvariant().Replace(' ', '.'), name, department, department == "Design", department is "Accounts" or "Warehouse" ? "copy;scan" : ""));
}
