using System.Net;

namespace Tandem.Configuration;

/// <summary>Section <c>[ng]</c>: rtpengine's control protocol, so that a Kamailio or OpenSIPS that used rtpengine can use us.</summary>
public sealed record NgOptions
{
    [Setting("enabled", "Serve rtpengine's ng control protocol: media for calls that a Kamailio or OpenSIPS signals.")]
    public bool Enabled { get; init; }

    [Setting("address", "Address of the ng port. The protocol has no log-in: whoever reaches the port can redirect every call's media. Keep it on loopback or on a network that is yours alone.",
        IsAddress = true)]
    public string Address { get; init; } = "127.0.0.1";

    [Setting("port", "UDP port of the ng protocol. 0 takes a free one.", Min = 0, Max = 65535)]
    public int Port { get; init; } = 2223;

    [Setting("interfaces", "Addresses for the media of ng calls, each \"name/address\" or \"name/address!advertised\"; requests choose by direction, the first is the default. Empty: the address that routes to the peer.",
        Example = "[\"internal/10.0.0.1\", \"external/10.0.0.2!203.0.113.8\"]")]
    public IReadOnlyList<NgInterface> Interfaces { get; init; } = [];

    /// <summary>Where the port is bound.</summary>
    public IPAddress Bind => IPAddress.Parse(Address);
}
