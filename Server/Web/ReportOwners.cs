using System.Globalization;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Web.SignIn;
using Dapper;

namespace CopyTrack.Server.Web;

/// <summary>
/// What the owner of a schedule may see on the day it runs: by their account, or by the groups they are in today. Whoever is switched off, or has no role that sees reports, sees nothing.
/// </summary>
internal sealed class ReportOwners(IDatabase database, AccountRepository accounts, OrganisationRepository organisations, WebOptions options) : IReportOwners
{
    /// <inheritdoc/>
    public async Task<ReportScope?> ScopeOfAsync(string owner, CancellationToken cancellationToken)
    {
        string[] parts = owner.Split(':');
        if (parts.Length != 2 || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long id))
        {
            return null;
        }

        WebRole? role = parts[0] switch
        {
            "account" => await accounts.GetAsync(id, cancellationToken) is { Enabled: true } account ? new WebRole(account.Role, string.IsNullOrEmpty(account.Scope) ? null : account.Scope) : null,
            "person" => await OfPersonAsync(id, cancellationToken),
            _ => null,
        };
        return role is { Name: Roles.Administrator or Roles.Manager } ? await TokenGate.ScopeAsync(role.Scope, organisations, cancellationToken) : null;
    }

    private async Task<WebRole?> OfPersonAsync(long id, CancellationToken cancellationToken)
    {
        string[] groups = await database.ReadAsync(async (connection, ct) =>
            await connection.ExecuteScalarAsync<long?>(new CommandDefinition(database.Sql["Person_IsOn"], new { id }, cancellationToken: ct)) is null ? []
                : (await connection.QueryAsync<string>(new CommandDefinition(database.Sql["WebSession_Groups"], new { id }, cancellationToken: ct))).ToArray(), cancellationToken);
        return RoleMapping.Of(groups, options);
    }
}
