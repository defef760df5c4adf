using System.Globalization;

namespace CopyTrack.LoadGenerator.Loads;

/// <summary>The CSV files from which the server gets people, devices and terminals.</summary>
internal static class InputFiles
{
    public static async Task WriteAsync(Options options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Into);
        await File.WriteAllLinesAsync(
            Path.Combine(options.Into, "users.csv"),
            [
                "username,displayName,department,cards,functions",
                .. Enumerable.Range(0, options.People).Select(i => string.Create(CultureInfo.InvariantCulture, $"p{i:D6},Person {i},Department {i % 25},{Site.Card(i)},")),
                .. Enumerable.Range(0, options.People).Select(i => string.Create(CultureInfo.InvariantCulture, $"n{i:D6},Nobody {i},Department {i % 25},{Site.CardWithoutRight(i)},{Site.OthersFunctions}")),
            ],
            cancellationToken);
        await File.WriteAllLinesAsync(
            Path.Combine(options.Into, "devices.csv"),
            [
                "name,address,port,snmpVersion,community,functions,colorCapable",
                .. Enumerable.Range(0, options.Devices).Select(i => string.Create(CultureInfo.InvariantCulture, $"mfp{i:D5},{options.DeviceAddress},{options.DevicePort + (i * options.PortStep)},2c,public,{Site.DeviceFunctions},true")),
            ],
            cancellationToken);
        await File.WriteAllLinesAsync(
            Path.Combine(options.Into, "terminals.csv"),
            ["name,device,model", .. Enumerable.Range(0, options.Devices).Select(i => string.Create(CultureInfo.InvariantCulture, $"t{i:D5},mfp{i:D5},load"))],
            cancellationToken);
    }
}
