using System.Collections;
using System.Globalization;
using System.Text;
using QRCoder;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>A QR code as one path in a square of <see cref="Size"/> units, four of them quiet on each side (ISO/IEC 18004); drawn in the page, since pages load no pictures from elsewhere.</summary>
internal sealed record QrPicture(int Size, string Path)
{
    /// <summary>Nothing to see.</summary>
    public static readonly QrPicture None = new(1, "");

    /// <summary>The picture of a text.</summary>
    public static QrPicture Of(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            BitArray row = rows[y];
            for (var x = 0; x < row.Length; x++)
            {
                if (row[x])
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
                }
            }
        }

        return new QrPicture(rows.Count, path.ToString());
    }
}
