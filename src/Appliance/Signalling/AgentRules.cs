using Sip.Core.Messages;
using Sip.Core.Routing;

namespace Tandem.Signalling;

/// <summary>What a user agent understands, as it says in Allow and Supported.</summary>
internal sealed class AgentRules(SipMethod[] methods, string[] extensions)
{
    private readonly RequestRules _untimed = new(methods, [.. extensions.Where(static extension => extension != "timer")], telUris: true);

    public RequestRules WithoutRegister { get; } = new(methods, extensions, telUris: true);

    public RequestRules WithRegister { get; } = new([.. methods, SipMethod.Register], extensions, telUris: true);

    /// <summary>A REGISTER may ask for Path (RFC 3327) and Outbound (RFC 5626).</summary>
    public RequestRules OfRegister { get; } = new([.. methods, SipMethod.Register], [.. extensions, "path", "outbound"], telUris: true);

    /// <summary>The value of a Supported field; may be empty.</summary>
    /// <param name="timer">Whether it names session timers. They are understood anyhow.</param>
    public ReadOnlyMemory<byte> Supported(bool timer) => (timer ? WithoutRegister : _untimed).Supported;
}
