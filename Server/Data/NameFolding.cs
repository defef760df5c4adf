using System.Text;

namespace CopyTrack.Server.Data;

/// <summary>How names are made comparable; what stands in every <c>*_folded</c> column.</summary>
public static class NameFolding
{
    /// <summary>The name trimmed, in compatibility form (NFKC) and invariant lower case; equal names fold alike, folding twice changes nothing.</summary>
    public static string Fold(string name)
    {
        if (Ascii.IsValid(name))
        {
            return name.ToLowerInvariant().Trim();
        }

        var folded = name.Trim().Normalize(NormalizationForm.FormKC).ToLowerInvariant().Normalize(NormalizationForm.FormKC).Trim();
        return folded;
    }
}
