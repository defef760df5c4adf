namespace CopyTrack.Server.Web.SignIn;

/// <summary>Where to go after a sign-in: paths of this site only.</summary>
internal static class LocalPath
{
    /// <summary>The path when it is one of this site, with its query; else "/". A leading "//" or "/\" would be another host.</summary>
    public static string Of(string? wanted) => wanted is { Length: > 1 and <= 2048 } && wanted[0] == '/' && wanted[1] is not ('/' or '\\') && !wanted.Any(char.IsControl) ? wanted : "/";
}
