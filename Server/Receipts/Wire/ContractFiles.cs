using System.Security;

namespace CopyTrack.Server.Receipts.Wire;

/// <summary>The contract's files as the program carries them.</summary>
internal static class ContractFiles
{
    /// <summary>Namespace of every element of the contract.</summary>
    public const string Namespace = "urn:copytrack:accounting:1";

    private const string Include = "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:include schemaLocation=\"accounting.xsd\"/></xs:schema>";
    private const string Location = "https://localhost:8443/soap/accounting";

    private static readonly string Wsdl = Read("accounting.wsdl");

    /// <summary>accounting.xsd.</summary>
    public static string Schema { get; } = Read("accounting.xsd");

    /// <summary>The WSDL with the schema inside, so that clients need no second file, and with <paramref name="location"/> as the service's address.</summary>
    public static string WsdlAt(string location) => Wsdl
        .Replace(Include, Schema[Schema.IndexOf("<xs:schema", StringComparison.Ordinal)..], StringComparison.Ordinal)
        .Replace(Location, SecurityElement.Escape(location), StringComparison.Ordinal);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(ContractFiles).Assembly.GetManifestResourceStream("CopyTrack.Server.Receipts.Contract." + name)!);
        return reader.ReadToEnd();
    }
}
