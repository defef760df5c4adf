using System.Diagnostics;
using System.Globalization;
using System.Text;
using NUnit.Framework;

namespace CopyTrack.TestKit.Pictures;

/// <summary>A page of a PDF as a printer would put it on paper: drawn by poppler's <c>pdftoppm</c>, three octets for each point.</summary>
public sealed class PaperPicture
{
    private readonly byte[] points;

    private PaperPicture(int width, int height, byte[] points) => (Width, Height, this.points) = (width, height, points);

    /// <summary>Points across.</summary>
    public int Width { get; }

    /// <summary>Points down.</summary>
    public int Height { get; }

    /// <summary>Draws all pages of a file at so many points to the inch.</summary>
    public static async Task<IReadOnlyList<PaperPicture>> OfAsync(string file, int perInch)
    {
        string folder = Directory.CreateTempSubdirectory("copytrack-picture-").FullName;
        try
        {
            using Process drawing = Process.Start(new ProcessStartInfo("pdftoppm", ["-r", perInch.ToString(CultureInfo.InvariantCulture), file, Path.Combine(folder, "page")]) { RedirectStandardError = true })!;
            string error = await drawing.StandardError.ReadToEndAsync().ConfigureAwait(false);
            await drawing.WaitForExitAsync().ConfigureAwait(false);
            Assert.That(drawing.ExitCode, Is.Zero, error);
            List<PaperPicture> pages = [];
            foreach (string page in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
            {
                pages.Add(Read(await File.ReadAllBytesAsync(page).ConfigureAwait(false)));
            }

            return pages;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>Share of the points that are not the white of the paper.</summary>
    public double Inked => Enumerable.Range(0, Width * Height).Count(i => points[i * 3] < 0xf0 || points[(i * 3) + 1] < 0xf0 || points[(i * 3) + 2] < 0xf0) / (double)(Width * Height);

    /// <summary>
    /// Bars of a colour, from above: each the longest run of it in some lines that touch each other, at least <paramref name="height"/> lines high. Gives its left end, its length and its first line.
    /// </summary>
    public IReadOnlyList<(int Left, int Length, int Top)> Bars((byte Red, byte Green, byte Blue) colour, int height)
    {
        List<(int Left, int Length, int Top)> bars = [];
        (int Left, int Length, int Top, int Lines)? bar = null;
        for (int y = 0; y <= Height; y++)
        {
            (int Left, int Length) run = y < Height ? Longest(y, colour) : default;
            if (run.Length > 0)
            {
                bar = bar is { } begun ? (run.Length > begun.Length ? run.Left : begun.Left, Math.Max(begun.Length, run.Length), begun.Top, begun.Lines + 1) : (run.Left, run.Length, y, 1);
                continue;
            }

            if (bar is { } whole && whole.Lines >= height)
            {
                bars.Add((whole.Left, whole.Length, whole.Top));
            }

            bar = null;
        }

        return bars;
    }

    private (int Left, int Length) Longest(int y, (byte Red, byte Green, byte Blue) colour)
    {
        (int Left, int Length) longest = default;
        int left = 0;
        for (int x = 0; x <= Width; x++)
        {
            if (x < Width && IsNear(((y * Width) + x) * 3, colour))
            {
                continue;
            }

            longest = x - left > longest.Length ? (left, x - left) : longest;
            left = x + 1;
        }

        return longest;
    }

    private bool IsNear(int at, (byte Red, byte Green, byte Blue) colour) =>
        Math.Abs(points[at] - colour.Red) < 24 && Math.Abs(points[at + 1] - colour.Green) < 24 && Math.Abs(points[at + 2] - colour.Blue) < 24;

    /// <summary>A portable pixmap: "P6", width, height and 255 as text, each with white space behind it, then the points.</summary>
    private static PaperPicture Read(byte[] file)
    {
        List<string> head = [];
        int at = 0;
        while (head.Count < 4)
        {
            int end = Array.FindIndex(file, at, b => char.IsWhiteSpace((char)b));
            head.Add(Encoding.ASCII.GetString(file, at, end - at));
            at = end + 1;
        }

        Assert.That((head[0], head[3]), Is.EqualTo(("P6", "255")));
        return new PaperPicture(int.Parse(head[1], CultureInfo.InvariantCulture), int.Parse(head[2], CultureInfo.InvariantCulture), file[at..]);
    }
}
