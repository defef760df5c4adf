using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography;
using CopyTrack.TestKit.Kerberos;

namespace CopyTrack.Identity.Tests.Kerberos;

/// <summary>
/// The half of a KDC that agrees on a key by P-256 (RFC 5349), since none of Debian's does: MIT does from 1.22, Heimdal is built without. It reads what our client sends and
/// writes what a KDC would with openssl and code of its own.
/// </summary>
internal sealed class CurveKdc(PkinitAuthority authority)
{
    private const string KeyInfo = "1.3.6.1.5.2.3.2";

    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);

    /// <summary>Bends the point that the KDC sends, after the leading 4.</summary>
    public Action<byte[]> BendPoint { get; init; } = _ => { };

    /// <summary>Added to the nonce of the signed answer.</summary>
    public int NonceShift { get; init; }

    /// <summary>Who signs; the KDC of the authority unless given.</summary>
    public PkinitAuthority? Signer { get; init; }

    /// <summary>Reply key and PA-PK-AS-REP for a PA-PK-AS-REQ.</summary>
    public (byte[] Key, byte[] Answer) Answer(byte[] request)
    {
        var message = new AsnReader(request, AsnEncodingRules.DER).ReadSequence().ReadOctetString(Zero);
        var pack = new AsnReader(OpenSsl(message, "cms", "-verify", "-noverify", "-inform", "DER", "-binary"), AsnEncodingRules.DER).ReadSequence();
        var authenticator = Inside(pack, 0).ReadSequence();
        Inside(authenticator, 0);
        Inside(authenticator, 1);
        var nonce = Inside(authenticator, 2).ReadInteger();
        using var theirs = ECDiffieHellman.Create();
        theirs.ImportSubjectPublicKeyInfo(Inside(pack, 1).ReadEncodedValue().Span, out _);
        using var ours = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = ours.ExportParameters(false).Q;
        byte[] sent = [4, .. point.X!, .. point.Y!];
        BendPoint(sent);

        var info = Write(writer =>
        {
            using (writer.PushSequence())
            {
                using (writer.PushSequence(Constructed(0)))
                {
                    writer.WriteBitString(sent);
                }

                using (writer.PushSequence(Constructed(1)))
                {
                    writer.WriteInteger(nonce + NonceShift);
                }
            }
        });
        var signed = Sign(info);
        var answer = Write(writer =>
        {
            using (writer.PushSequence(Constructed(0)))
            using (writer.PushSequence())
            {
                writer.WriteOctetString(signed, Zero);
            }
        });
        return (OctetsToKey(ours.DeriveRawSecretAgreement(theirs.PublicKey)), answer);
    }

    /// <summary>octetstring2key of RFC 4556 §3.2.3.1 for 256 bits, without nonces.</summary>
    private static byte[] OctetsToKey(byte[] secret) => [.. SHA1.HashData([0, .. secret]), .. SHA1.HashData([1, .. secret]).Take(12)];

    private byte[] Sign(byte[] content)
    {
        var signer = Signer ?? authority;
        var folder = Directory.CreateTempSubdirectory("copytrack-curve-");
        try
        {
            var (certificate, key) = (Path.Combine(folder.FullName, "kdc.pem"), Path.Combine(folder.FullName, "kdc.key"));
            File.WriteAllText(certificate, signer.KdcPem);
            File.WriteAllText(key, signer.KdcKeyPem);
            return OpenSsl(content, "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-md", "sha256", "-econtent_type", KeyInfo, "-signer", certificate, "-inkey", key);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static AsnReader Inside(AsnReader reader, int number) => reader.ReadSequence(Constructed(number));

    private static Asn1Tag Constructed(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);

    private static byte[] Write(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    private static byte[] OpenSsl(byte[] input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.ToArray() : throw new InvalidOperationException($"openssl {string.Join(' ', arguments)}: {error}");
    }
}
