using System.Diagnostics.CodeAnalysis;

namespace Sip.Core.Sdp;

/// <summary>Outcome of one exchange of offer and answer.</summary>
public sealed record AnswerResult
{
    private AnswerResult()
    {
    }

    /// <summary>Our answer, to be sent; null after <see cref="OfferAnswer.Accept"/> and on refusal.</summary>
    public SessionDescription? Answer { get; private init; }

    /// <summary>What was settled; null on refusal.</summary>
    public NegotiatedAudio? Audio { get; private init; }

    public SdpRefusal Refusal { get; private init; }

    /// <summary>Why it was refused, in words for a log line or a Warning field; null on success.</summary>
    public string? Reason { get; private init; }

    [MemberNotNullWhen(true, nameof(Audio))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsAccepted => Audio is not null;

    /// <summary>Code for the Warning field of the 488 (RFC 3261 §20.43); 0 on success.</summary>
    public int WarningCode => Refusal switch
    {
        SdpRefusal.None => 0,
        SdpRefusal.NoAudio => 304,
        SdpRefusal.Profile => 302,
        SdpRefusal.NoCommonCodec => 305,
        SdpRefusal.Address or SdpRefusal.AddressFamily => 301,
        _ => 399,
    };

    internal static AnswerResult Accepted(NegotiatedAudio audio, SessionDescription? answer) => new() { Audio = audio, Answer = answer };

    internal static AnswerResult Refused(SdpRefusal refusal, string reason) => new() { Refusal = refusal, Reason = reason };
}
