using System.Globalization;

namespace CopyTrack.Server.Secrets;

/// <summary>Files that nobody but their owner may read: written at once or not at all, and checked before use.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes a folder with mode 0700.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    /// <summary>Replaces a file, mode 0600: whoever reads it sees the old text or the new one.</summary>
    public static void Write(string path, string text)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }
        using (var writer = new StreamWriter(fresh, options))
        {
            writer.Write(text);
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Narrows a file that another component wrote.</summary>
    public static void Narrow(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, FileMode);
        }
    }

    /// <summary>Throws <see cref="SecretsException"/> with the command that mends it when the folder, or anything in it, is open to others.</summary>
    public static void CheckFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Prepend(folder))
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & Others) != 0)
            {
                var right = Directory.Exists(path) ? "700" : "600";
                throw new SecretsException(string.Create(CultureInfo.InvariantCulture, $"{path} is open to other users (mode {Convert.ToString((int)mode, 8)}): chmod {right} {path}"));
            }
        }
    }
}
