using Sip.Core.Messages;

namespace Sip.Core.Routing;

/// <summary>What a client checks before a response reaches its transaction (RFC 3261 §8.1.3.3, §18.1.2).</summary>
public static class ResponseValidation
{
    /// <summary>False: drop it. A response to us has one Via only, and its CSeq names the method of the request.</summary>
    public static bool IsForUs(SipMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return !response.IsRequest && response.All(SipHeaderId.Via).Count() == 1;
    }
}
