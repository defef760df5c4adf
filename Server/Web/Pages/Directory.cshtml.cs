using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Web.Overview;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One directory that is entered here: its servers, account, people and mapping, tried before they are kept. Asks for the secret of whoever is signed in: a password goes where they say.</summary>
internal sealed class DirectoryModel(EnteredDirectories entered, DirectoryCheck check, OverviewQueries overview, Words words) : PageModel
{
    /// <summary>Its name while it is changed; null for a new one.</summary>
    public string? Existing { get; private set; }

    /// <summary>What stands in the field of the name.</summary>
    public string? Name { get; private set; }

    public EnteredDirectory Texts { get; private set; } = EnteredDirectory.Of(_ => null);
    public MapTexts Map { get; private set; } = new();

    /// <summary>What its servers are, one to a line.</summary>
    public string Hosts { get; private set; } = "";

    /// <summary>Whether servers without a scheme begin TLS by StartTLS.</summary>
    public bool StartsTls { get; private set; }

    public bool HasPassword { get; private set; }
    public string? Fault { get; private set; }

    public bool IsActiveDirectory => Texts[EnteredDirectory.Kind] == EnteredDirectory.ActiveDirectory;

    /// <summary>What is usual in this kind of directory for a key of the mapping; null where nothing is.</summary>
    public string? Usual(string key) => DirectoriesModel.ConfiguredOf(UsualMap(IsActiveDirectory ? PersonMap.ActiveDirectory : PersonMap.InetOrgPerson), key);

    public async Task<IActionResult> OnGetAsync(string? name, string? kind, CancellationToken cancellationToken)
    {
        if (name is null)
        {
            Show(EnteredDirectory.Of(key => key == EnteredDirectory.Kind ? kind == EnteredDirectory.ActiveDirectory ? kind : EnteredDirectory.OpenLdap : null), new MapTexts());
            return Page();
        }

        if (await entered.FindAsync(name, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Of(row);
        Show(EnteredDirectory.OfStored(row.Settings!), MapTexts.OfStored(row.Mapping));
        return Page();
    }

    /// <summary>Keeps what the form says; with <paramref name="act"/> <c>test</c> only when the directory answers.</summary>
    public async Task<IActionResult> OnPostAsync(string? name, string? act, CancellationToken cancellationToken)
    {
        DirectoryRow? row = name is null ? null : await entered.FindAsync(name, cancellationToken);
        if (name is not null && row is null)
        {
            return NotFound();
        }

        Of(row);
        Name = row?.Name ?? ((string?)Request.Form["newName"])?.Trim() ?? "";
        Show(Typed(row is null ? null : EnteredDirectory.OfStored(row.Settings!)), MapTexts.Of(key => Request.Form["Map." + key]));
        string? password = (string?)Request.Form["password"] is { Length: > 0 } text ? text : null;
        try
        {
            if (row is null && await entered.FindAsync(Name, cancellationToken) is not null)
            {
                throw new DirectoryFaultException("", "there is one of that name already");
            }

            DirectoryInput input = new(Name, Texts, Map, password);
            DirectoryOptions options = await entered.CheckAsync(input, cancellationToken);
            DirectoryFinding? finding = act == "test" ? await check.TryAsync(options, password, cancellationToken) : null;
            await entered.KeepAsync(finding is null ? input : input with { Texts = Texts.OfKind(finding.Kind) }, WebSession.Of(HttpContext)!.Actor, cancellationToken);
            this.Tell(finding is null ? words["The directory {0} is kept.", Name]
                : finding.Names.Count > 0 ? words["The directory {0} is kept. {1} answers; the first people there: {2}.", Name, finding.Server, string.Join(", ", finding.Names)]
                : words["The directory {0} is kept. {1} answers, but shows nobody who could be a person: look at the base and at who counts as a person.", Name, finding.Server]);
            // Whoever sets a site up goes on there.
            return Redirect((await overview.FirstStepsAsync(cancellationToken)).People ? "/Directories" : "/Start");
        }
        catch (DirectoryFaultException fault)
        {
            Fault = fault.Key.Length == 0 ? words["{0}: {1}.", Name, words[fault.Message]] : words["{0}: {1}.", words[DirectoryTexts.Setting(fault.Key)], words[fault.Message]];
        }
        catch (MappingFaultException fault)
        {
            Fault = words["{0}: {1}.", words[DirectoryTexts.Field(fault.Key)], words[fault.Message]];
        }
        catch (LdapException e)
        {
            Fault = words.Sentence(e.Message);
        }

        return Page();
    }

    /// <summary>Takes the directory away; its people stay.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(string? name, CancellationToken cancellationToken)
    {
        try
        {
            if (name is null || !await entered.RemoveAsync(name, WebSession.Of(HttpContext)!.Actor, cancellationToken))
            {
                return NotFound();
            }

            this.Tell(words["The directory {0} is taken away. Its people stay, and are yours to change now.", name]);
        }
        catch (DirectoryFaultException fault)
        {
            this.TellFault(words["{0}: {1}.", name, words[fault.Message]]);
        }
        catch (ClaimLostException)
        {
            this.TellFault(words["{0}: {1}.", name, words["somebody else works on it: try again in a minute"]]);
        }

        return Redirect("/Directories");
    }

    private static MapOptions UsualMap(PersonMap map) => new()
    {
        UserName = map.UserName, DisplayName = map.DisplayName, Email = map.Email, Department = map.Department, CostCentre = map.CostCentre, Language = map.Language, Principal = map.Principal,
        OtherPrincipals = map.OtherPrincipals,
    };

    private void Of(DirectoryRow? row) => (Existing, Name, HasPassword) = (row?.Name, row?.Name, row?.PasswordSealed is not null);

    private void Show(EnteredDirectory texts, MapTexts map)
    {
        (Texts, Map) = (texts, map);
        string[] servers = texts["Servers"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        StartsTls = servers.Length > 0 && servers.All(s => s.StartsWith("ldap://", StringComparison.Ordinal));
        bool plain = StartsTls || servers.All(s => s.StartsWith("ldaps://", StringComparison.Ordinal));
        Hosts = string.Join('\n', servers.Select(s => plain ? s[(s.IndexOf("//", StringComparison.Ordinal) + 2)..] : s));
    }

    /// <summary>What the form says; what it has no field for stays as it was.</summary>
    private EnteredDirectory Typed(EnteredDirectory? before)
    {
        string scheme = Request.Form["tls"] == "startTls" ? "ldap://" : "ldaps://";
        return EnteredDirectory.Of(key => key switch
        {
            "Servers" => string.Join(';', ((string?)Request.Form["hosts"] ?? "").Split(['\r', '\n', ';', ',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(host => host.Contains("://", StringComparison.Ordinal) ? host : scheme + host)),
            "Adopt" => Request.Form["Adopt"] == "true" ? null : "false",
            _ => Request.Form.ContainsKey(key) ? Request.Form[key] : before?[key],
        });
    }
}
