using System.Net;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>From a host name to the hops to try, in order (RFC 3263 §4.1, §4.2).</summary>
/// <param name="names">Answers questions to DNS.</param>
/// <param name="below">Random numbers, see <see cref="ServiceRecord.Order"/>. Any thread.</param>
internal sealed class HopSearch(HostNames names, Func<int, int> below)
{
    private const int MaxServices = 16;    // of one name: what is beyond is no real carrier's

    /// <summary>Finds the hops; empty: the name leads nowhere. Never faults where its questions do not.</summary>
    /// <param name="host">The name in the URI; certificates are held against it (RFC 5922 §4).</param>
    /// <param name="named">The transport that the URI names; null: none.</param>
    /// <param name="secure">It is a sips URI.</param>
    /// <param name="port">The port that the URI names; 0: none.</param>
    public async Task<IReadOnlyList<Hop>> FindAsync(string host, SipTransport? named, bool secure, int port)
    {
        SipTransport usual = named ?? (secure ? SipTransport.Tls : SipTransport.Udp);
        bool isFixed = named is not null || secure;
        if (port != 0) return await AddressesAsync(host, host, usual, port, isFixed).ConfigureAwait(false);
        SipTransport[] candidates = isFixed ? [usual] : [SipTransport.Udp, SipTransport.Tcp];
        // Asked at once: one after the other would cost the caller three round trips and more.
        Task<IReadOnlyList<NamePointer>> pointers = isFixed ? Task.FromResult<IReadOnlyList<NamePointer>>([]) : names.PointersAsync(host);
        Task<IReadOnlyList<ServiceRecord>>[] services = [.. candidates.Select(transport => names.ServicesAsync(ServiceName(transport, host)))];
        foreach ((SipTransport transport, string name) in Order(await pointers.ConfigureAwait(false)))
        {
            IReadOnlyList<ServiceRecord> records = await names.ServicesAsync(name).ConfigureAwait(false);
            if (records.Count > 0) return await HostsAsync(records, host, transport).ConfigureAwait(false);
        }
        for (int i = 0; i < candidates.Length; i++)
        {
            IReadOnlyList<ServiceRecord> records = await services[i].ConfigureAwait(false);
            if (records.Count > 0) return await HostsAsync(records, host, candidates[i]).ConfigureAwait(false);
        }
        return await AddressesAsync(host, host, usual, DefaultPort(usual), isFixed).ConfigureAwait(false);
    }

    /// <summary>The services of NAPTR records that we speak, in their order.</summary>
    private static IEnumerable<(SipTransport Transport, string Name)> Order(IReadOnlyList<NamePointer> pointers)
    {
        foreach (NamePointer pointer in pointers.OrderBy(pointer => pointer.Order).ThenBy(pointer => pointer.Preference))
        {
            SipTransport? transport = !pointer.Flags.Equals("s", StringComparison.OrdinalIgnoreCase) ? null : pointer.Service.ToUpperInvariant() switch
            {
                "SIP+D2U" => SipTransport.Udp,
                "SIP+D2T" => SipTransport.Tcp,
                "SIPS+D2T" => SipTransport.Tls,
                _ => null,
            };
            if (transport is { } known) yield return (known, pointer.Replacement);
        }
    }

    private async Task<IReadOnlyList<Hop>> HostsAsync(IReadOnlyList<ServiceRecord> records, string host, SipTransport transport)
    {
        IEnumerable<ServiceRecord> order = ServiceRecord.Order(records.Where(record => !record.IsRefusal), below).Take(MaxServices);
        IReadOnlyList<Hop>[] hops = await Task.WhenAll(order.Select(record => AddressesAsync(record.Target, host, transport, record.Port, isFixed: true)))
            .ConfigureAwait(false);
        return [.. hops.SelectMany(of => of)];
    }

    private async Task<IReadOnlyList<Hop>> AddressesAsync(string target, string host, SipTransport transport, int port, bool isFixed)
    {
        if (IPAddress.TryParse(target, out IPAddress? address)) return [new Hop(transport, new IPEndPoint(address, port), host, isFixed)];
        IReadOnlyList<IPAddress> addresses = await names.AddressesAsync(target.TrimEnd('.')).ConfigureAwait(false);
        return [.. addresses.Select(found => new Hop(transport, new IPEndPoint(found, port), host, isFixed))];
    }

    private static string ServiceName(SipTransport transport, string host) => transport switch
    {
        SipTransport.Udp => $"_sip._udp.{host}",
        SipTransport.Tcp => $"_sip._tcp.{host}",
        _ => $"_sips._tcp.{host}",
    };

    private static int DefaultPort(SipTransport transport) => transport == SipTransport.Tls ? 5061 : 5060;
}
