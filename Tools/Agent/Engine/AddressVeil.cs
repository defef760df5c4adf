using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;

namespace CopyTrack.Agent;

/// <summary>
/// Keeps at the site what its owner wants to keep there: network and MAC addresses, host names, and under which user of SNMP version 3 devices are asked. What has no other purpose is left out whole; in texts that
/// people need, what looks like an address is taken out, and so are the names that are known of the device. Safe for use by one thread at a time.
/// </summary>
internal sealed partial class AddressVeil(AgentSettings settings)
{
    private const string Hidden = "(hidden)";
    private const int MostKnown = 20_000, LeastName = 3;

    // A record without an inventory may hold what the last inventory told.
    private readonly Dictionary<string, (string? Host, string? Mac)> _known = new(StringComparer.Ordinal);

    /// <summary>The record as it may leave the site: the one that came in where nothing is to be hidden.</summary>
    public FleetRecord Over(FleetRecord record)
    {
        if (!settings.HideAddresses)
        {
            return record;
        }

        if (record.Inventory?.Identity is { } told && (_known.Count < MostKnown || _known.ContainsKey(record.Key)))
        {
            _known[record.Key] = (told.HostName, told.MacAddress);
        }

        var (host, mac) = _known.GetValueOrDefault(record.Key);
        var words = new Words([.. Names(record.Address), .. Names(host), .. settings.User is { } user ? Names(user.Name).Concat(Names(user.Context)) : []], Digits(mac));
        return record with
        {
            Address = null, Silent = words.Without(record.Silent), Reading = record.Reading is { } reading ? reading with { Serial = words.Serial(reading.Serial) } : null,
            Inventory = record.Inventory is { } report ? Over(report, words) : null,
        };
    }

    private static ProbeReport Over(ProbeReport report, Words words) => report with
    {
        Identity = new DeviceIdentity(
            report.Identity.Maker, report.Identity.Model is { } model && words.Is(model) ? model : words.Without(report.Identity.Model), words.Serial(report.Identity.Serial), null, null, report.Identity.SysObjectId, null,
            words.Without(report.Identity.Location), words.WithoutNames(report.Identity.Firmware)),
        Supplies = [.. report.Supplies.Select(s => s with { Description = words.Without(s.Description), Color = words.Without(s.Color), Unit = words.Without(s.Unit) })],
        Trays = [.. report.Trays.Select(t => t with { Name = words.Without(t.Name), Media = words.Without(t.Media), Unit = words.Without(t.Unit), Status = words.Without(t.Status) })],
        Alerts = [.. report.Alerts.Select(a => a with { Description = words.Without(a.Description)! })],
    };

    /// <summary>A name, and its first part where it is one of a domain.</summary>
    private static IEnumerable<string> Names(string? name)
    {
        var text = name?.Trim() ?? "";
        if (text.Length > 0)
        {
            yield return text;
        }

        if (!IPAddress.TryParse(text, out _) && text.Split('.') is [{ Length: >= LeastName } first, _, ..])
        {
            yield return first;
        }
    }

    private static string? Digits(string? mac) => mac is null ? null : new string([.. mac.Where(char.IsAsciiHexDigit)]) is { Length: 12 } digits ? digits : null;

    [GeneratedRegex(@"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9]|\.[0-9])(?::[0-9]{1,5})?", RegexOptions.CultureInvariant)]
    private static partial Regex Version4();

    [GeneratedRegex(@"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![0-9A-Fa-f:])", RegexOptions.CultureInvariant)]
    private static partial Regex Version6();

    [GeneratedRegex(@"(?<![0-9A-Fa-f])(?:(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?![0-9A-Fa-f])", RegexOptions.CultureInvariant)]
    private static partial Regex Hardware();

    /// <summary>What is to be taken out of the texts of one device.</summary>
    private sealed class Words(ImmutableArray<string> names, string? mac)
    {
        /// <summary>A free text.</summary>
        public string? Without(string? text)
        {
            if (string.IsNullOrEmpty(text))
            {
                return text;
            }

            text = Hardware().Replace(text, Hidden);
            text = Version6().Replace(text, m => IPAddress.TryParse(m.Value, out _) ? Hidden : m.Value);
            return WithoutNames(Version4().Replace(text, Hidden));
        }

        /// <summary>A text in which four numbers with dots are a version.</summary>
        public string? WithoutNames(string? text)
        {
            if (string.IsNullOrEmpty(text))
            {
                return text;
            }

            text = mac is null ? text : text.Replace(mac, Hidden, StringComparison.OrdinalIgnoreCase);
            foreach (var name in names)
            {
                // A short one is a part of many words, and is hidden where it is quoted as a name.
                text = text.Replace($"'{name}'", $"'{Hidden}'", StringComparison.OrdinalIgnoreCase);
                text = name.Length < LeastName ? text : Whole(text, name);
            }

            return text;
        }

        /// <summary>A serial number; null for one that is the MAC address.</summary>
        public string? Serial(string? serial) => serial is not null && mac is not null && new string([.. serial.Where(char.IsLetterOrDigit)]).Contains(mac, StringComparison.OrdinalIgnoreCase) ? null : WithoutNames(serial);

        /// <summary>True where a name is nothing but this text: a factory names a device by its model.</summary>
        public bool Is(string text) => names.Contains(text, StringComparer.OrdinalIgnoreCase);

        /// <summary>Replaces a name where it is not a part of a longer word.</summary>
        private static string Whole(string text, string name)
        {
            for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(name, at, StringComparison.OrdinalIgnoreCase))
            {
                var end = at + name.Length;
                if ((at > 0 && char.IsLetterOrDigit(text[at - 1])) || (end < text.Length && char.IsLetterOrDigit(text[end])))
                {
                    at = end;
                    if (at >= text.Length)
                    {
                        break;
                    }

                    continue;
                }

                text = string.Concat(text.AsSpan(0, at), Hidden, text.AsSpan(end));
                at += Hidden.Length;
                if (at >= text.Length)
                {
                    break;
                }
            }

            return text;
        }
    }
}
