using System.Net;

namespace Tandem.Signalling;

/// <summary>Answers questions about names. Any thread; completes on any; never faults: what cannot be had is empty.</summary>
public abstract class HostNames
{
    /// <summary>After that long what had no answer may be asked again.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);

    /// <summary>The addresses of a host, those of IPv4 first.</summary>
    public abstract Task<NameAnswer<IPAddress>> AddressesAsync(string host);

    /// <summary>SRV records.</summary>
    public abstract Task<NameAnswer<ServiceRecord>> ServicesAsync(string name);

    /// <summary>NAPTR records.</summary>
    public abstract Task<NameAnswer<NamePointer>> PointersAsync(string name);
}
