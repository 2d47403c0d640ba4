using System.Net;

namespace Tandem.Ng;

/// <summary>An address of ours for one side's media.</summary>
/// <param name="Bind">Where the sockets are bound.</param>
/// <param name="Advertise">What SDP says.</param>
internal readonly record struct NgPlace(IPAddress Bind, IPAddress Advertise);
