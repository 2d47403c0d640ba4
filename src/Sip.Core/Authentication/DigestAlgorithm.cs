namespace Sip.Core.Authentication;

/// <summary>The hashes of digest authentication that we speak (RFC 8760 §2.1).</summary>
public enum DigestAlgorithm : byte { Md5, Sha256 }
