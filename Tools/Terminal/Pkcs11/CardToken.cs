using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Native;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Pkcs11;

using Module = Native.Pkcs11;

/// <summary>What came of a signature: the bytes, or the error that the server is told (docs/terminal-protocol.md §6).</summary>
internal sealed record CardSignatureOutcome(byte[]? Signature, RpcError? Error);

/// <summary>Smart cards through one PKCS#11 module. Not safe for many threads: <see cref="SmartCardPort"/> calls it one at a time.</summary>
internal sealed class CardToken(SmartCardOptions options) : IDisposable
{
    private static readonly string[] Purposes = ["1.3.6.1.5.2.3.4", "1.3.6.1.4.1.311.20.2.2", "1.3.6.1.5.5.7.3.2"];

    // DER of DigestInfo for SHA-256 (RFC 8017 §9.2): cards pad it and know no digests.
    private static readonly byte[] Sha256Info = [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

    private Module? module;

    /// <summary>The certificate (DER) to log in with, or null when no card with one is there. Throws <see cref="DeviceException"/> when the module fails.</summary>
    internal byte[]? ReadCertificate() => WithCard((session, _) => Choose(session)?.Certificate);

    /// <summary>
    /// Lets the card sign with the key of this certificate after it took the PIN. The PIN is handed to the card and nowhere else.
    /// </summary>
    internal CardSignatureOutcome Sign(byte[] certificate, string algorithm, ReadOnlySpan<byte> toBeSigned, string pin)
    {
        var digest = SHA256.HashData(toBeSigned);
        var secret = Encoding.UTF8.GetBytes(pin);
        try
        {
            return WithCard((session, slot) => Choose(session) is { } chosen && chosen.Certificate.AsSpan().SequenceEqual(certificate) ? Sign(session, slot, chosen.Key, algorithm, digest, secret) : null)
                ?? Refused(ErrorCodes.CardRemoved);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Labels of the tokens that are there, for the doctor.</summary>
    internal IReadOnlyList<string> Labels() => [.. Loaded().Slots().Select(slot => module!.Token(slot)?.Label).OfType<string>()];

    /// <summary>Ends the module.</summary>
    public void Dispose() => module?.Dispose();

    private static CardSignatureOutcome Refused(int code, string? data = null) => new(null, RpcError.Of(code, data));

    private Module Loaded() => module ??= new Module(options.Module);

    private T? WithCard<T>(Func<nuint, nuint, T?> use)
        where T : class
    {
        foreach (var slot in Loaded().Slots())
        {
            if (module!.Token(slot) is not { } token || !token.Label.Contains(options.Token, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }
            var session = module.Open(slot);
            try
            {
                if (use(session, slot) is { } result)
                {
                    return result;
                }
            }
            finally
            {
                module.Close(session);
            }
        }
        return null;
    }

    private CardSignatureOutcome Sign(nuint session, nuint slot, byte[] id, string algorithm, byte[] digest, byte[] pin)
    {
        var result = module!.LogIn(session, Module.User, pin);
        if (result is not (Module.Ok or Module.AlreadyLoggedIn))
        {
            return Failure(result, slot);
        }
        try
        {
            if (module.Find(session, Module.PrivateKeyClass, id) is not [var key, ..])
            {
                return Refused(ErrorCodes.Refused);
            }
            var rsa = algorithm == "RS256";
            result = module.BeginSign(session, rsa ? Module.RsaPkcs : Module.Ecdsa, key);
            if (result == Module.Ok && module.Attribute(session, key, Module.AlwaysAuthenticate) is [1, ..])
            {
                result = module.LogIn(session, Module.ContextSpecific, pin);
            }
            if (result != Module.Ok)
            {
                return Failure(result, slot);
            }
            result = module.EndSign(session, rsa ? [.. Sha256Info, .. digest] : digest, out var signature);
            return result == Module.Ok ? new CardSignatureOutcome(signature, null) : Failure(result, slot);
        }
        finally
        {
            module.LogOut(session);
        }
    }

    private CardSignatureOutcome Failure(nuint result, nuint slot)
    {
        var flags = module!.Token(slot)?.Flags ?? 0;
        return result switch
        {
            Module.PinIncorrect or Module.PinInvalid or Module.PinLengthRange when (flags & Module.PinIsLocked) != 0 => Refused(ErrorCodes.CardPinBlocked),
            // A module tells only whether one try is left; how many before that it does not say.
            Module.PinIncorrect or Module.PinInvalid or Module.PinLengthRange => Refused(
                ErrorCodes.WrongCardPin, (flags & Module.PinFinalTry) != 0 ? """{"retriesLeft":1}""" : """{"retriesLeft":null}"""),
            Module.PinLocked => Refused(ErrorCodes.CardPinBlocked),
            Module.DeviceRemoved or Module.TokenNotPresent or Module.TokenNotRecognized or Module.SessionHandleInvalid or Module.DeviceError => Refused(ErrorCodes.CardRemoved),
            Module.Cancelled or Module.FunctionCancelled => Refused(ErrorCodes.Cancelled),
            _ => Refused(ErrorCodes.Refused),
        };
    }

    /// <summary>The certificate that has a key on the card, is of now, and fits best: made for PKINIT, for smart card logon, for clients, else any.</summary>
    private Chosen? Choose(nuint session)
    {
        Chosen? best = null;
        foreach (var handle in module!.Find(session, Module.CertificateClass))
        {
            if (module.Attribute(session, handle, Module.Value) is not { Length: > 0 } value || module.Attribute(session, handle, Module.Id) is not { Length: > 0 } id || Rank(value) is not { } rank)
            {
                continue;
            }
            if (best is null || rank < best.Rank)
            {
                best = new Chosen(value, id, rank);
            }
        }
        return best;
    }

    private static int? Rank(byte[] value)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(value);
            if (DateTime.Now < certificate.NotBefore || DateTime.Now > certificate.NotAfter || certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority))
            {
                return null;
            }
            var purposes = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(e => e.EnhancedKeyUsages.Cast<Oid>()).Select(o => o.Value);
            var place = purposes.Select(p => Array.IndexOf(Purposes, p)).Where(p => p >= 0).DefaultIfEmpty(Purposes.Length).Min();
            return place;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed record Chosen(byte[] Certificate, byte[] Key, int Rank);
}
