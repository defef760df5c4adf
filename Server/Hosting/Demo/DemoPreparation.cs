using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>Puts the office into the database, through the same imports that an administrator uses.</summary>
internal sealed class DemoPreparation(CsvImports imports, AccountRepository accounts)
{
    /// <summary>Name of the demo's administrator.</summary>
    public const string Administrator = "demo";

    private static readonly ImportMode Mode = new(Strict: true, DryRun: false, "demo");

    /// <summary>Adds or corrects people, projects and devices; <paramref name="ports"/> are where the copiers answer now, in the order of <see cref="DemoSite.Copiers"/>.</summary>
    public async Task FillAsync(IReadOnlyList<int> ports, CancellationToken cancellationToken)
    {
        using var faults = new StringWriter(CultureInfo.InvariantCulture);
        await imports.UsersAsync(() => new StringReader(Users()), faults, Mode, cancellationToken);
        await imports.ProjectsAsync(() => new StringReader(Projects()), faults, Mode, cancellationToken);
        await imports.DevicesAsync(() => new StringReader(Devices(ports)), faults, Mode, cancellationToken);
        if (faults.ToString() is { Length: > 0 } text)
        {
            throw new InvalidDataException(text.ReplaceLineEndings(" "));
        }
    }

    /// <summary>Makes the administrator, or gives the one of an earlier run another password; returns the password, which is told nowhere else.</summary>
    public async Task<string> AdministratorAsync(CancellationToken cancellationToken)
    {
        var password = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 16);
        if (await accounts.FindAsync(OrganisationRepository.DefaultId, Administrator, cancellationToken) is { } account)
        {
            await accounts.SetPasswordAsync(account, password, "demo", null, cancellationToken);
        }
        else
        {
            await accounts.AddAsync(OrganisationRepository.DefaultId, Administrator, password, "administrator", null, "demo", cancellationToken);
        }

        return password;
    }

    private static string Users() => Csv(
        "username,displayName,department,cards,functions,projectRequired",
        DemoSite.People.Select(p => $"{p.UserName},{p.DisplayName},{p.Department},{p.Card},{p.Functions},{(p.MustChooseProject ? "true" : "false")}"));

    private static string Projects() => Csv("code,name", DemoSite.Projects.Select(p => $"{p.Code},{p.Name}"));

    private static string Devices(IReadOnlyList<int> ports) => Csv(
        "name,address,port,snmpVersion,community,location,site,colorCapable",
        DemoSite.Copiers.Select((c, i) => string.Create(
            CultureInfo.InvariantCulture, $"{c.Name},127.0.0.1,{ports[i]},2c,public,\"{c.Location}\",Head office,{(c.Color ? "true" : "false")}")));

    private static string Csv(string header, IEnumerable<string> lines) => new StringBuilder().AppendLine(header).AppendJoin('\n', lines).AppendLine().ToString();
}
