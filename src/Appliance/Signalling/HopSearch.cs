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
    public async Task<HopAnswer> FindAsync(string host, SipTransport? named, bool secure, int port)
    {
        SipTransport usual = named ?? (secure ? SipTransport.Tls : SipTransport.Udp);
        bool isFixed = named is not null || secure;
        if (port != 0) return await AddressesAsync(host, host, usual, port, isFixed).ConfigureAwait(false);
        SipTransport[] candidates = isFixed ? [usual] : [SipTransport.Udp, SipTransport.Tcp];
        // Asked at once: one after the other would cost the caller three round trips and more.
        Task<NameAnswer<NamePointer>> pointers = isFixed ? Task.FromResult(new NameAnswer<NamePointer>([], TimeSpan.MaxValue)) : names.PointersAsync(host);
        Task<NameAnswer<ServiceRecord>>[] services = [.. candidates.Select(transport => names.ServicesAsync(ServiceName(transport, host)))];
        NameAnswer<NamePointer> pointed = await pointers.ConfigureAwait(false);
        foreach ((SipTransport transport, string name) in Order(pointed.Records))
        {
            NameAnswer<ServiceRecord> served = await names.ServicesAsync(name).ConfigureAwait(false);
            if (served.Records.Count > 0) return Within(pointed.Lifetime, await HostsAsync(served, host, transport).ConfigureAwait(false));
        }
        for (int i = 0; i < candidates.Length; i++)
        {
            NameAnswer<ServiceRecord> served = await services[i].ConfigureAwait(false);
            if (served.Records.Count > 0) return await HostsAsync(served, host, candidates[i]).ConfigureAwait(false);
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

    private static HopAnswer Within(TimeSpan lifetime, HopAnswer answer) => lifetime < answer.Lifetime ? answer with { Lifetime = lifetime } : answer;

    private async Task<HopAnswer> HostsAsync(NameAnswer<ServiceRecord> services, string host, SipTransport transport)
    {
        IEnumerable<ServiceRecord> order = ServiceRecord.Order(services.Records.Where(record => !record.IsRefusal), below).Take(MaxServices);
        HopAnswer[] hosts = await Task.WhenAll(order.Select(record => AddressesAsync(record.Target, host, transport, record.Port, isFixed: true)))
            .ConfigureAwait(false);
        return new HopAnswer([.. hosts.SelectMany(of => of.Hops)], hosts.Select(of => of.Lifetime).Append(services.Lifetime).Min());
    }

    private async Task<HopAnswer> AddressesAsync(string target, string host, SipTransport transport, int port, bool isFixed)
    {
        if (IPAddress.TryParse(target, out IPAddress? address)) return new HopAnswer([new Hop(transport, new IPEndPoint(address, port), host, isFixed)], TimeSpan.MaxValue);
        NameAnswer<IPAddress> addresses = await names.AddressesAsync(target.TrimEnd('.')).ConfigureAwait(false);
        return new HopAnswer([.. addresses.Records.Select(found => new Hop(transport, new IPEndPoint(found, port), host, isFixed))], addresses.Lifetime);
    }

    private static string ServiceName(SipTransport transport, string host) => transport switch
    {
        SipTransport.Udp => $"_sip._udp.{host}",
        SipTransport.Tcp => $"_sip._tcp.{host}",
        _ => $"_sips._tcp.{host}",
    };

    private static int DefaultPort(SipTransport transport) => transport == SipTransport.Tls ? 5061 : 5060;
}
