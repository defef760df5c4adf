namespace CopyTrack.ReleaseSigner;

/// <summary>Something that the publisher has to mend; the text names the cause.</summary>
internal sealed class SignerException(string message, Exception? inner = null) : Exception(message, inner);
