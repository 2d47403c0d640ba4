using Sip.Core.Messages;

namespace Sip.Core.Grammar;

/// <summary>The RAck header of a PRACK: which response it acknowledges (RFC 3262 §7.2).</summary>
/// <param name="RSeq">The number of the response.</param>
/// <param name="CSeqNumber">CSeq of the response.</param>
/// <param name="Method">Its method; INVITE as far as anybody knows.</param>
public readonly record struct RAck(uint RSeq, uint CSeqNumber, SipMethod Method)
{
    public static bool TryParse(ReadOnlySpan<byte> text, out RAck rack)
    {
        rack = default;
        text = SipGrammar.Trim(text);
        int end = text.IndexOfAny(" \t\r\n"u8);
        if (end <= 0 || !SipGrammar.TryNumber(text[..end], uint.MaxValue, out uint rseq) || !CSeq.TryParse(text[end..], out CSeq cseq)) return false;
        rack = new RAck(rseq, cseq.Number, cseq.Method);
        return true;
    }
}
