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
/// What the owner of a schedule may see on the day it runs, in the role that they made it with: all that is given of it, or the one scope that they had chosen; by their account, by their token, or by the groups they are in today, with people's names or without. Whoever
/// is switched off, has the role no more, or sees no reports in it, sees nothing.
/// </summary>
internal sealed class ReportOwners(IDatabase database, AccountRepository accounts, TokenRepository tokens, WebSessionRepository sessions, CallerScopes scopes, WebOptions options) : IReportOwners
{
    /// <inheritdoc/>
    public async Task<ReportScope?> ScopeOfAsync(string owner, string role, CancellationToken cancellationToken)
    {
        string[] parts = owner.Split(':');
        if (parts.Length != 2 || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long id))
        {
            return null;
        }

        IEnumerable<WebRole> roles = parts[0] switch
        {
            "account" => await accounts.GetAsync(id, cancellationToken) is { Enabled: true } account ? RoleMapping.OfAccount(account.Role, account.Scope) : [],
            "token" => await tokens.GetAsync(id, cancellationToken) is { } token ? RoleMapping.OfAccount(token.Role, token.Scope) : [],
            "person" => await IsOnAsync(id, cancellationToken) ? RoleMapping.All(await sessions.GroupsAsync(id, cancellationToken), options) : [],
            _ => [],
        };
        return RoleMapping.Named(roles, role) is { } held && await scopes.ReadAsync(held.Name, held.Scope, cancellationToken) is { } scope
            && new WebCaller(owner, null, held.Name, scope).May(Access.Reports) ? scope : null;
    }

    private Task<bool> IsOnAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => await connection.ExecuteScalarAsync<long?>(new CommandDefinition(database.Sql["Person_IsOn"], new { id }, cancellationToken: ct)) is not null, cancellationToken);
}
