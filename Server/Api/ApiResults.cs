using CopyTrack.Server.Imports;

namespace CopyTrack.Server.Api;

/// <summary>Answers that worked.</summary>
internal static class ApiResults
{
    public static IResult Ok(object value, int status = 200) => Results.Json(value, ApiJson.Options, "application/json", status);

    public static IResult None() => Results.StatusCode(204);
}

/// <summary>What bodies share with imports.</summary>
internal static class ApiInputs
{
    /// <summary>Runs an upsert; a bad input is a problem with the upsert's own words.</summary>
    public static async Task<UpsertKind> TakeAsync(Func<Task<UpsertKind>> apply)
    {
        try
        {
            return await apply();
        }
        catch (InputFaultException fault)
        {
            throw new ApiProblem(422, "badValue", "A value can't be taken", $"{char.ToUpperInvariant(fault.Message[0])}{fault.Message[1..]}.", "Correct the member that is named and send the body again.");
        }
    }

    /// <summary>A body may name its organisation only where the token leaves it open, and only the default one then.</summary>
    public static void CheckOrganisation(Optional<string> organisation, ApiCaller caller)
    {
        if (organisation is { IsSet: true, Value.Length: > 0 } && !(caller.OrgId == 1 && Data.NameFolding.Fold(organisation.Value) == "default"))
        {
            throw ApiProblem.BadRequest("The organisation is the token's and can't be given in the body.", "Leave 'organisation' out and use a token whose scope is the organisation.");
        }
    }
}
