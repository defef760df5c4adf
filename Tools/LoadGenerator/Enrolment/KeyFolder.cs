using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.LoadGenerator.Enrolment;

/// <summary>Keys and certificates of the terminals, kept for the next run: <c>ca.pem</c> and one <c>NUMBER.pem</c> each. Keys of a test fleet, but 0600 all the same.</summary>
internal sealed class KeyFolder
{
    private readonly string path;

    public KeyFolder(string path)
    {
        this.path = path;
        Directory.CreateDirectory(path);
    }

    public bool Has(int number) => File.Exists(At(number));

    public void SaveAuthority(X509Certificate2 authority) => File.WriteAllText(Path.Combine(path, "ca.pem"), authority.ExportCertificatePem());

    public X509Certificate2 LoadAuthority() => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(path, "ca.pem"));

    public void Save(int number, ECDsa key, X509Certificate2 certificate)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(At(number), options);
        writer.WriteLine(certificate.ExportCertificatePem());
        writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
    }

    public X509Certificate2 Load(int number) => X509Certificate2.CreateFromPemFile(At(number));

    private string At(int number) => Path.Combine(path, number.ToString("D5", CultureInfo.InvariantCulture) + ".pem");
}
