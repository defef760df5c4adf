using System.Runtime.InteropServices;

namespace CopyTrack.Server.Kerberos;

/// <summary>The one call that the base library has no word for: which keytab GSSAPI accepts tickets with. It opens the file anew for each ticket.</summary>
internal static partial class GssKeytab
{
    /// <summary>Lets the process accept by this keytab; false when GSSAPI refuses the name.</summary>
    public static bool Use(string file) => RegisterAcceptor(file) == 0;

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libgssapi_krb5.so.2", EntryPoint = "krb5_gss_register_acceptor_identity", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint RegisterAcceptor(string identity);
}
