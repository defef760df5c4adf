using CopyTrack.Server.Data;
using CopyTrack.Server.Fleet.Updates;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>The few settings that a supervisor needs itself. It does not look at the others: the version that it runs may know more of them.</summary>
internal sealed record SuperviseSettings(DataOptions Data, TimeSpan Trial)
{
    /// <summary>Reads them; throws <see cref="ConfigurationFault"/>.</summary>
    public static SuperviseSettings Read(IConfiguration configuration)
    {
        var read = new SettingReader(configuration);
        return new SuperviseSettings(ServerSettings.Storage(read), UpdateSettings.Trial(read));
    }
}

/// <summary>Reads section <c>Updates</c>.</summary>
internal static class UpdateSettings
{
    /// <summary>The options; throws <see cref="ConfigurationFault"/>.</summary>
    public static UpdateOptions Read(SettingReader read, DataOptions data)
    {
        var mode = read.Text("Updates:Mode", UpdateOptions.Manual)!;
        var hours = read.Text("Updates:Hours", UpdateOptions.DefaultHours)!;
        return new UpdateOptions
        {
            Mode = mode is UpdateOptions.Off or UpdateOptions.Manual or UpdateOptions.Automatic ? mode : throw new ConfigurationFault("Updates:Mode", $"'{mode}' is none of off, manual, automatic"),
            Folder = read.Text("Updates:Folder", null) ?? Path.Combine(data.Directory, "updates"),
            Hours = HoursOfDay.TryParse(hours) ?? throw new ConfigurationFault("Updates:Hours", $"'{hours}' are no two times such as {UpdateOptions.DefaultHours}"),
            Trial = Trial(read),
        };
    }

    /// <summary>How long a version may take until it is ready.</summary>
    public static TimeSpan Trial(SettingReader read) => read.Seconds("Updates:TrialSeconds", new UpdateOptions().Trial, 1, 86_400);
}
