using System.Net;
using Tandem.Signalling;

namespace Appliance.Tests.Signalling;

/// <summary>Names that a test gives; answered at once.</summary>
internal sealed class VirtualNames(Dictionary<string, IReadOnlyList<IPAddress>> addresses,
    Dictionary<string, IReadOnlyList<ServiceRecord>>? services = null, Dictionary<string, IReadOnlyList<NamePointer>>? pointers = null) : HostNames
{
    /// <summary>Of every answer that there is.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Questions for addresses.</summary>
    public int Asked { get; private set; }

    public override Task<NameAnswer<IPAddress>> AddressesAsync(string host)
    {
        Asked++;
        return Task.FromResult(Answer(addresses, host));
    }

    public override Task<NameAnswer<ServiceRecord>> ServicesAsync(string name) => Task.FromResult(Answer(services, name));

    public override Task<NameAnswer<NamePointer>> PointersAsync(string name) => Task.FromResult(Answer(pointers, name));

    private NameAnswer<T> Answer<T>(Dictionary<string, IReadOnlyList<T>>? known, string name) =>
        known?.TryGetValue(name, out IReadOnlyList<T>? records) == true ? new(records, Lifetime) : new([], AskAgain);
}
