using System.Globalization;
using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Web;

/// <summary>Places in the list of metered devices as addresses of pages carry them.</summary>
internal static class FleetPlaces
{
    /// <summary>The place as a text: the agent's number, a colon, the folded name.</summary>
    public static string KeyOf(FleetPlace place) => string.Create(CultureInfo.InvariantCulture, $"{place.AgentId}:{place.NameFolded}");

    /// <summary>The place in a text; the beginning for one that is none.</summary>
    public static FleetPlace Of(string key) =>
        key.Split(':', 2) is [var agent, var name] && long.TryParse(agent, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? new FleetPlace(name, id) : FleetPlace.Start;
}
