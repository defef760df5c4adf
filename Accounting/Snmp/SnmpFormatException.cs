namespace CopyTrack.Accounting.Snmp;

/// <summary>The peer broke the protocol: bytes that are no SNMP v1 or v2c message as RFC 1157, RFC 3416 and BER (X.690) say. The only exception that decoding throws.</summary>
public sealed class SnmpFormatException(string message) : FormatException(message);
