using Sip.Core.Messages;
using Sip.Core.Routing;

namespace Tandem.Signalling;

/// <summary>What a user agent understands, as it says in Allow and Supported.</summary>
internal sealed class AgentRules(SipMethod[] methods, string[] extensions)
{
    public RequestRules WithoutRegister { get; } = new(methods, extensions, telUris: true);

    public RequestRules WithRegister { get; } = new([.. methods, SipMethod.Register], extensions, telUris: true);

    /// <summary>A REGISTER may ask for Path (RFC 3327) and Outbound (RFC 5626).</summary>
    public RequestRules OfRegister { get; } = new([.. methods, SipMethod.Register], [.. extensions, "path", "outbound"], telUris: true);
}
