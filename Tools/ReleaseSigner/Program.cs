using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.ReleaseSigner;

const string Usage = """
    copytrack-sign key FILE.pem                makes a release key; the public half is written beside it as FILE.pub.pem, for 'dotnet publish -p:ReleaseKeysFile=/absolute/FILE.pub.pem'
    copytrack-sign pack KEY.pem PRODUCT VERSION PLATFORM OUT.ctpkg FILE...
                                               signs a package of files (a folder: the files in it). PRODUCT: agent, server or licence; PLATFORM: linux-x64, linux-arm64, win-x64 ...
    copytrack-sign check KEYS.pub.pem FILE.ctpkg
                                               tells what a package is, after the same checks that programs make
    The passphrase of the key comes from standard input, one line, or is asked for.
    Keep the key on a machine that has no network, and a copy in a safe: whoever has it can change every program in the field.
    """;

try
{
    switch (args)
    {
        case ["key", var path]:
            KeyFile.Make(path, Passphrase());
            Console.WriteLine($"{path} made; its public half is {Path.ChangeExtension(path, ".pub.pem")}");
            return 0;
        case ["pack", var path, var product, var version, var platform, var target, _, ..]:
            using (var key = KeyFile.Load(path, Passphrase()))
            {
                await PackAsync(key, product, ReleaseVersion.Parse(version), platform, target, Files(args[6..]));
            }

            return 0;
        case ["check", var keyFile, var package]:
            using (var keys = ReleaseKeys.FromPem(await File.ReadAllTextAsync(keyFile)))
            await using (var content = File.OpenRead(package))
            {
                var (manifest, _) = await PackageReader.ReadHeadAsync(content, keys, default);
                var start = content.Position;
                await PackageReader.CheckArchiveAsync(content, manifest, default);
                content.Position = start;
                await PackageReader.UnpackAsync(content, manifest, _ => Stream.Null, default);
                Tell(manifest);
            }

            return 0;
        default:
            await Console.Error.WriteLineAsync(Usage);
            return args is ["--help" or "-h"] ? 0 : 2;
    }
}
catch (Exception e) when (e is SignerException or FleetFormatException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"copytrack-sign: {e.Message}");
    return 2;
}

static string Passphrase()
{
    if (Console.IsInputRedirected)
    {
        return Console.In.ReadLine() ?? "";
    }

    // Nobody who looks on is to read it.
    Console.Error.Write("passphrase: ");
    var typed = new StringBuilder();
    while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } pressed)
    {
        if (pressed.Key == ConsoleKey.Backspace)
        {
            typed.Length = Math.Max(0, typed.Length - 1);
        }
        else if (pressed.KeyChar != '\0')
        {
            typed.Append(pressed.KeyChar);
        }
    }

    Console.Error.WriteLine();
    return typed.ToString();
}

static string[] Files(string[] named) => [.. named.SelectMany(f => Directory.Exists(f) ? Directory.EnumerateFileSystemEntries(f) : [f])];

static async Task PackAsync(ECDsa key, string product, ReleaseVersion version, string platform, string target, string[] files)
{
    if (files.FirstOrDefault(Directory.Exists) is { } folder)
    {
        throw new SignerException($"{folder} is a folder: a package holds files beside each other only");
    }

    var scratchFile = target + ".new";
    try
    {
        await using var scratch = new FileStream(scratchFile, FileMode.Create, FileAccess.ReadWrite);
        await using var package = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
        var listed = files.Select(f => (product == PackageManifest.Licence ? PackageManifest.LicenceName : Path.GetFileName(f), (Func<Stream>)(() => File.OpenRead(f)))).ToList();
        Tell(await PackageWriter.WriteAsync(product, version, platform, listed, key, scratch, package, default));
    }
    finally
    {
        File.Delete(scratchFile);
    }
}

static void Tell(PackageManifest manifest)
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{manifest.Product} {manifest.Version} {manifest.Platform}: {manifest.Files.Length} files, {manifest.Size} bytes, SHA-256 {manifest.Hash}"));
    foreach (var file in manifest.Files)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {file.Hash} {file.Size,12} {file.Name}"));
    }
}
