namespace Sip.Core.Sdp;

/// <summary>Why an offer or an answer cannot be used. An offer is then refused with 488.</summary>
public enum SdpRefusal : byte
{
    None,

    /// <summary>No m-line for audio, or all of them switched off.</summary>
    NoAudio,

    /// <summary>Audio only over a profile that we do not speak (RTP/AVPF…), or whose security does not suit us.</summary>
    Profile,

    NoCommonCodec,

    /// <summary>No c= line, or a host name where an address is needed.</summary>
    Address,

    /// <summary>The peer's address and ours are not of one family.</summary>
    AddressFamily,

    /// <summary>The answer does not fit our offer.</summary>
    Mismatch,
}
