namespace Sip.Core.Dialogs;

/// <summary>The order of the reliable provisional responses in one early dialog, on the side that gets them (RFC 3262 §4).</summary>
public sealed class ReliableReceipt
{
    private uint _last;

    /// <summary>The number of the response taken last; 0: none was.</summary>
    public uint Last => _last;

    /// <returns>False: a copy, or one before it is missing; it is neither acknowledged nor looked at.</returns>
    public bool TryTake(uint rseq)
    {
        if (rseq == 0 || (_last != 0 && rseq != unchecked(_last + 1))) return false;
        _last = rseq;
        return true;
    }
}
