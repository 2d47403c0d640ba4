using Sip.Core.Messages;

namespace Sip.Core.Grammar;

/// <summary>The CSeq header (RFC 3261 §20.16).</summary>
public readonly ref struct CSeq
{
    CSeq(uint number, ReadOnlySpan<byte> method)
    {
        Number = number;
        MethodName = method;
    }

    /// <summary>Below 2^31 (§8.1.1.5).</summary>
    public uint Number { get; }
    public ReadOnlySpan<byte> MethodName { get; }
    public SipMethod Method => SipMethods.Parse(MethodName);

    public static bool TryParse(ReadOnlySpan<byte> text, out CSeq cseq)
    {
        cseq = default;
        text = SipGrammar.Trim(text);
        int end = text.IndexOfAny(" \t\r\n"u8);
        if (end <= 0 || !SipGrammar.TryNumber(text[..end], int.MaxValue, out uint number)) return false;
        ReadOnlySpan<byte> method = SipGrammar.Trim(text[end..]);
        if (!SipGrammar.IsToken(method)) return false;
        cseq = new CSeq(number, method);
        return true;
    }
}
