using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Pkinit;

/// <summary>One side of a Diffie-Hellman agreement, for one login: made, used once, disposed.</summary>
internal abstract class KeyAgreement : IDisposable
{
    /// <summary>Finite-field Diffie-Hellman (RFC 3279 §2.3.3).</summary>
    internal const string DhOid = "1.2.840.10046.2.1";

    private const string EcOid = "1.2.840.10045.2.1";
    private const string P256Oid = "1.2.840.10045.3.1.7";

    /// <summary>A fresh private value in a group.</summary>
    internal static KeyAgreement Create(KeyAgreementGroup group) => group == KeyAgreementGroup.P256 ? new Curve() : new Field(ModpGroup.Of(group));

    /// <summary>Our public value as SubjectPublicKeyInfo.</summary>
    internal abstract byte[] PublicInfo();

    /// <summary>
    /// The shared secret from the content of the KDC's subjectPublicKey, as long as the group's field (RFC 4556 §3.2.3.1). Throws
    /// <see cref="AsnContentException"/> or <see cref="CryptographicException"/> for a value outside the group.
    /// </summary>
    internal abstract byte[] Secret(ReadOnlyMemory<byte> publicKey);

    /// <summary>
    /// The first of our groups in TD-DH-PARAMETERS (RFC 4556 §3.2.2: a list of AlgorithmIdentifiers, the KDC's order), other than the one refused; null
    /// when none is ours.
    /// </summary>
    internal static KeyAgreementGroup? Choose(byte[] parameters, KeyAgreementGroup refused)
    {
        var reader = new AsnReader(parameters, AsnEncodingRules.DER);
        foreach (var group in reader.List(16, GroupOf))
        {
            if (group is { } known && known != refused)
            {
                return known;
            }
        }

        return null;
    }

    public abstract void Dispose();

    private static KeyAgreementGroup? GroupOf(AsnReader reader)
    {
        var algorithm = reader.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        if (oid == EcOid)
        {
            return algorithm.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier) && algorithm.ReadObjectIdentifier() == P256Oid ? KeyAgreementGroup.P256 : null;
        }

        if (oid != DhOid)
        {
            return null;
        }

        var prime = algorithm.ReadSequence().ReadInteger();
        return prime == ModpGroup.Of(KeyAgreementGroup.Modp14).Prime ? KeyAgreementGroup.Modp14
            : prime == ModpGroup.Of(KeyAgreementGroup.Modp16).Prime ? KeyAgreementGroup.Modp16
            : null;
    }

    private static byte[] Info(Action<AsnWriter> algorithm, byte[] publicKey) => KerberosDer.Encode(writer =>
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                algorithm(writer);
            }

            writer.WriteBitString(publicKey);
        }
    });

    private sealed class Field : KeyAgreement
    {
        private readonly ModpGroup group;
        private readonly byte[] exponent;

        internal Field(ModpGroup group)
        {
            // Twice the strength that RFC 3526 §8 gives these groups (at most 128 and 160 bits with the estimates in use today).
            (this.group, exponent) = (group, RandomNumberGenerator.GetBytes(group.Bytes == 256 ? 32 : 40));
            exponent[0] |= 0x80;
        }

        internal override byte[] PublicInfo() => Info(
            w =>
            {
                w.WriteObjectIdentifier(DhOid);
                using (w.PushSequence())
                {
                    w.WriteInteger(group.Prime);
                    w.WriteInteger(ModpGroup.Generator);
                    w.WriteInteger((group.Prime - 1) / 2);
                }
            },
            KerberosDer.Encode(w => w.WriteInteger(Power(ModpGroup.Generator))));

        internal override byte[] Secret(ReadOnlyMemory<byte> publicKey)
        {
            var reader = new AsnReader(publicKey, AsnEncodingRules.DER);
            var theirs = reader.ReadInteger();
            reader.ThrowIfNotEmpty();
            // 1 and p - 1 would give away the secret (RFC 2631 §2.1.5); safe primes have no other small subgroup.
            return theirs <= 1 || theirs >= group.Prime - 1 ? throw new CryptographicException("a public value outside the group") : Padded(Power(theirs));
        }

        public override void Dispose() => CryptographicOperations.ZeroMemory(exponent);

        private BigInteger Power(BigInteger value) => BigInteger.ModPow(value, new BigInteger(exponent, isUnsigned: true, isBigEndian: true), group.Prime);

        private byte[] Padded(BigInteger value)
        {
            var padded = new byte[group.Bytes];
            var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
            bytes.CopyTo(padded, padded.Length - bytes.Length);
            return padded;
        }
    }

    private sealed class Curve : KeyAgreement
    {
        private const int FieldBytes = 32;

        private readonly ECDiffieHellman ours = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

        internal override byte[] PublicInfo()
        {
            var q = ours.ExportParameters(false).Q;
            return Info(
                w =>
                {
                    w.WriteObjectIdentifier(EcOid);
                    w.WriteObjectIdentifier(P256Oid);
                },
                [4, .. q.X!, .. q.Y!]);
        }

        internal override byte[] Secret(ReadOnlyMemory<byte> publicKey)
        {
            var point = publicKey.Span;
            if (point.Length != (2 * FieldBytes) + 1 || point[0] != 4)
            {
                throw new CryptographicException("not a point of P-256");
            }

            // Creating the key checks that the point is on the curve.
            using var theirs = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point.Slice(1, FieldBytes).ToArray(), Y = point[(FieldBytes + 1)..].ToArray() },
            });
            return ours.DeriveRawSecretAgreement(theirs.PublicKey);
        }

        public override void Dispose() => ours.Dispose();
    }
}

/// <summary>A prime of RFC 3526 with generator 2.</summary>
internal sealed record ModpGroup(BigInteger Prime, int Bytes)
{
    internal static readonly BigInteger Generator = 2;

    // RFC 3526 gives the primes as 2^n - 2^(n-64) - 1 + 2^64 ([2^(n-130) pi] + c): computed once instead of copied.
    private static readonly ModpGroup Fourteen = Make(2048, 124476);
    private static readonly ModpGroup Sixteen = Make(4096, 240904);

    internal static ModpGroup Of(KeyAgreementGroup group) => group switch
    {
        KeyAgreementGroup.Modp14 => Fourteen,
        KeyAgreementGroup.Modp16 => Sixteen,
        _ => throw new ArgumentOutOfRangeException(nameof(group), string.Create(CultureInfo.InvariantCulture, $"{group} is no field")),
    };

    private static ModpGroup Make(int bits, int constant)
    {
        var prime = BigInteger.Pow(2, bits) - BigInteger.Pow(2, bits - 64) - 1 + (BigInteger.Pow(2, 64) * (PiTimesTwoTo(bits - 130) + constant));
        return new ModpGroup(prime, bits / 8);
    }

    /// <summary>floor(2^power pi) by Machin's formula with guard bits.</summary>
    private static BigInteger PiTimesTwoTo(int power)
    {
        const int guard = 64;
        var one = BigInteger.One << (power + guard);
        return 4 * ((4 * ArcTangent(one, 5)) - ArcTangent(one, 239)) >> guard;
    }

    private static BigInteger ArcTangent(BigInteger one, int inverse)
    {
        var (sum, term) = (one / inverse, one / inverse);
        for (var n = 3; !term.IsZero; n += 2)
        {
            term /= inverse * inverse;
            sum += n % 4 == 3 ? -(term / n) : term / n;
        }

        return sum;
    }
}
