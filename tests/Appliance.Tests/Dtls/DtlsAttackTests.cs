using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Dtls;
using Tandem.Media;
using Tandem.Net.Interop;
using Xunit;

namespace Appliance.Tests.Dtls;

public sealed class DtlsAttackTests
{
    private const int PerHandshake = 50;

    [Fact]
    public void Damaged_records_end_in_an_outcome_and_leave_no_thread_behind() => Damage(records: 3000, seed: 1);

    [Fact]
    [Trait("Category", "Long")]
    public void A_hundred_thousand_damaged_records_end_in_an_outcome_and_leave_no_thread_behind() => Damage(records: 100_000, seed: 2);

    [Fact]
    public void Peers_that_fall_silent_after_the_ClientHello_delay_nobody_else()
    {
        using var pair = new DtlsPair();
        byte[]? hello = null;
        pair.Wire = (toServer, datagram) =>
        {
            if (toServer) Volatile.Write(ref hello, datagram);
            return [];
        };
        pair.Begin();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref hello) is not null, TimeSpan.FromSeconds(20)));

        List<DtlsAssociation> silent = [];
        for (int i = 0; i < 100; i++)
        {
            var association = new DtlsAssociation(pair.ServerEndpoint, new DtlsSettings(DtlsRole.Server, [pair.ClientEndpoint.Fingerprint]),
                NativeSocketAddress.From(new IPAddress([198, 51, 100, (byte)(i / 5)]), 4000 + i), proven: true, (_, _) => { }, (_, _) => { }, (_, _) => { });
            association.Put(Volatile.Read(ref hello));
            association.Start(MediaClock.Now);
            silent.Add(association);
        }
        Assert.True(SpinWait.SpinUntil(() => pair.ServerEndpoint.Workers.InFlight == 81, TimeSpan.FromSeconds(20)));    // four of each of 20 sources, and the pair's

        using var other = new DtlsPair(pair.ServerEndpoint);
        other.Run();
        Assert.NotNull(other.ServerOutcome.Keys);
        Assert.True(pair.ServerEndpoint.Workers.InFlight >= 80, "the silent ones still wait: nobody waited for them");
        foreach (DtlsAssociation association in silent) association.Cancel();
        Assert.True(SpinWait.SpinUntil(() => pair.ServerEndpoint.Workers.InFlight <= 1, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_source_with_too_many_handshakes_waits_in_line_and_others_go_before_it()
    {
        using var endpoint = new DtlsEndpoint(DtlsIdentity.Make(DateTimeOffset.UtcNow), NullLogger.Instance);
        string? refused = null;
        List<DtlsAssociation> silent = [];
        for (int i = 0; i < 6; i++)
        {
            var association = new DtlsAssociation(endpoint, new DtlsSettings(DtlsRole.Server, [endpoint.Fingerprint]),
                NativeSocketAddress.From(IPAddress.Parse("198.51.100.1"), 4000 + i), proven: true, (_, _) => { }, (_, _) => { }, (_, reason) => refused = reason);
            association.Start(MediaClock.Now - (i == 5 ? DtlsWorkers.Limit : TimeSpan.Zero));    // the last one has waited already
            silent.Add(association);
        }
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref refused) is not null, TimeSpan.FromSeconds(20)));
        Assert.Equal("its address has too many DTLS handshakes under way", refused);
        Assert.Equal(DtlsWorkers.MaxPerSource, endpoint.Workers.InFlight);
        foreach (DtlsAssociation association in silent) association.Cancel();
    }

    private static void Damage(int records, int seed)
    {
        var random = new Random(seed);
        using var endpoint = new DtlsPair(limit: TimeSpan.FromMilliseconds(40));
        for (int done = 0; done < records;)
        {
            using var pair = new DtlsPair(endpoint.ServerEndpoint, endpoint.ClientEndpoint);
            int damaged = 0;
            pair.Wire = (_, datagram) =>
            {
                if (damaged >= PerHandshake) return [datagram];
                List<byte[]> arrive = [];
                foreach (byte[] record in DtlsPair.Records(datagram))
                {
                    for (int i = 0; i < 2; i++, damaged++) arrive.Add(Mutate(record, random));
                    arrive.Add(record);
                }
                return arrive;
            };
            pair.Begin();
            pair.ServerOutcome.Wait();
            pair.ClientOutcome.Wait();
            done += Math.Max(damaged, 1);
        }
        Assert.True(SpinWait.SpinUntil(() => endpoint.ServerEndpoint.Workers.InFlight == 0 && endpoint.ClientEndpoint.Workers.InFlight == 0, TimeSpan.FromSeconds(30)));
        Assert.InRange(endpoint.ServerEndpoint.Workers.Threads, 1, 6);
        Assert.InRange(endpoint.ClientEndpoint.Workers.Threads, 1, 6);

        using var healthy = new DtlsPair();
        healthy.Run();
        Assert.NotNull(healthy.ServerOutcome.Keys);
    }

    private static byte[] Mutate(byte[] record, Random random)
    {
        byte[] copy = [.. record];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            int at = random.Next(copy.Length);
            copy[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(copy[at] ^ (1 << random.Next(8))),
                _ => random.Next(2) == 0 ? byte.MinValue : byte.MaxValue,
            };
        }
        return random.Next(4) == 0 ? copy[..random.Next(1, copy.Length)] : copy;
    }
}
