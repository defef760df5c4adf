using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CopyTrack.Agent;

/// <summary>The agent's folder: small files that are replaced whole, readable by the agent alone.</summary>
internal sealed class StateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the folder when it is missing. Throws <see cref="AgentException"/> when it can't be used.</summary>
    public StateFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Path);
            }
            else
            {
                Directory.CreateDirectory(Path, OwnerOnly | UnixFileMode.UserExecute);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException($"state: {Path} can't be made: {e.Message}", e);
        }
    }

    public string Path { get; }

    /// <summary>The content of a file; null when there is none.</summary>
    public byte[]? Read(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    /// <summary>The value in a JSON file; null when there is none or it holds something else.</summary>
    public T? Read<T>(string name, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return Read(name) is { } content ? JsonSerializer.Deserialize(content, type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a value as JSON; afterwards either the old or the new content is there, whatever happens.</summary>
    public void Write<T>(string name, T value, JsonTypeInfo<T> type) => Write(name, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Writes a file whole; it is on the disk when this returns. Throws <see cref="IOException"/> when the disk takes nothing; the old content is there then.</summary>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        var path = System.IO.Path.Combine(Path, name);
        try
        {
            using (var file = Create(path + ".new"))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(path + ".new", path, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>The same for what must not end the agent: null when it is written, else why not.</summary>
    public string? TryWrite<T>(string name, T value, JsonTypeInfo<T> type)
    {
        try
        {
            Write(name, value, type);
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    /// <summary>Removes a file, if it is there. Throws <see cref="IOException"/>.</summary>
    public void Delete(string name) => File.Delete(System.IO.Path.Combine(Path, name));

    /// <summary>A new file that only the agent can read.</summary>
    public static FileStream Create(string path, FileMode mode = FileMode.Create)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows() && !File.Exists(path))
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }
}
