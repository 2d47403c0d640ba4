using System.Net;

namespace Sip.Core.Registration;

/// <summary>Where a REGISTER came from, as its packets show it.</summary>
/// <param name="Transport">Lower case: udp, tcp, tls, ws, wss.</param>
/// <param name="Remote">Address and port.</param>
/// <param name="Direct">True when no proxy stands between: then the address belongs to one device (one Via, no Path).</param>
public sealed record BindingSource(string Transport, IPEndPoint Remote, bool Direct)
{
    public override string ToString() => $"{Transport} {Remote}";
}
