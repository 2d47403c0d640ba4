using System.Net;

namespace Tandem.Signalling;

/// <summary>Answers questions about names. Any thread; completes on any; never faults: what cannot be had is empty.</summary>
public abstract class HostNames
{
    /// <summary>The addresses of a host, those of IPv4 first.</summary>
    public abstract Task<IReadOnlyList<IPAddress>> AddressesAsync(string host);

    /// <summary>SRV records.</summary>
    public abstract Task<IReadOnlyList<ServiceRecord>> ServicesAsync(string name);

    /// <summary>NAPTR records.</summary>
    public abstract Task<IReadOnlyList<NamePointer>> PointersAsync(string name);
}
