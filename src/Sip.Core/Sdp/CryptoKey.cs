namespace Sip.Core.Sdp;

/// <summary>A key of ours for one suite. Its text form never shows the key.</summary>
/// <param name="Suite">What it is for: a key serves no second suite.</param>
/// <param name="Bytes">Master key and, behind it, the salt; as long as the suite has it.</param>
public sealed record CryptoKey(CryptoSuite Suite, byte[] Bytes);
