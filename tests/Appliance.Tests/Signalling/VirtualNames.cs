using System.Net;
using Tandem.Signalling;

namespace Appliance.Tests.Signalling;

/// <summary>Names that a test gives; answered at once.</summary>
internal sealed class VirtualNames(Dictionary<string, IReadOnlyList<IPAddress>> addresses,
    Dictionary<string, IReadOnlyList<ServiceRecord>>? services = null, Dictionary<string, IReadOnlyList<NamePointer>>? pointers = null) : HostNames
{
    public override Task<IReadOnlyList<IPAddress>> AddressesAsync(string host) => Task.FromResult(addresses.GetValueOrDefault(host, []));

    public override Task<IReadOnlyList<ServiceRecord>> ServicesAsync(string name) => Task.FromResult(services?.GetValueOrDefault(name, []) ?? []);

    public override Task<IReadOnlyList<NamePointer>> PointersAsync(string name) => Task.FromResult(pointers?.GetValueOrDefault(name, []) ?? []);
}
