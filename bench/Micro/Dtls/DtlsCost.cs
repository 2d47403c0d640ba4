using System.Globalization;
using Tandem.Dtls;
using Tandem.Media;

namespace Micro.Dtls;

/// <summary>
/// What the passive side of a DTLS handshake costs, against OpenSSL as the client: our library code and OpenSSL's in memory, and with
/// sockets, threads and wake-ups the media plane and rtpengine. All take turns in one run; medians of the rounds.
/// </summary>
internal static class DtlsCost
{
    public static int Run(int handshakes, int rounds)
    {
        DtlsIdentity server = DtlsIdentity.Make(DateTimeOffset.UtcNow), client = DtlsIdentity.Make(DateTimeOffset.UtcNow);
        using var credentials = new DtlsCredentials(server);
        nint asServer = OpenSslPeer.NewContext(server.Certificate, server.PrivateKey), asClient = OpenSslPeer.NewContext(client.Certificate, client.PrivateKey);
        using var plane = new PlaneUnderTest(client.Fingerprint);
        using RtpengineUnderTest? rtpengine = RtpengineUnderTest.TryStart(client.Fingerprint);
        List<(string Name, Func<double> Measure)> jobs =
        [
            ("Tandem in memory", () => Average(handshakes, () => Ours(credentials, client.Fingerprint, asClient))),
            ("OpenSSL in memory", () => Average(handshakes, () => OpenSsl(asServer, asClient))),
            ("Tandem media plane", () => plane.Measure(handshakes, asClient)),
        ];
        if (rtpengine is not null) jobs.Add(("rtpengine", () => rtpengine.Measure(handshakes, asClient)));
        else Console.WriteLine("rtpengine is not installed: left out");
        var costs = jobs.ToDictionary(job => job.Name, _ => new List<double>());
        for (int round = -2; round < rounds; round++)    // two to warm up
        {
            foreach ((string name, Func<double> measure) in jobs)
            {
                double cost = measure();
                if (round >= 0) costs[name].Add(cost);
            }
        }
        foreach ((string name, _) in jobs)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-20} {Median(costs[name]),5:F0} us a handshake ({string.Join(' ', costs[name].Select(cost => cost.ToString("F0", CultureInfo.InvariantCulture)))})"));
        }
        if (rtpengine is not null)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"media plane to rtpengine: {Median(costs["Tandem media plane"]) / Median(costs["rtpengine"]):F2}"));
        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Average(int count, Func<double> handshake)
    {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += handshake();
        return sum / count;
    }

    private static double Ours(DtlsCredentials credentials, DtlsFingerprint expected, nint asClient)
    {
        using var client = new OpenSslPeer(asClient, isServer: false);
        var transport = new InlineTransport(client);
        var terms = new DtlsTerms([expected]);
        transport.Begin();
        double start = ThreadTime.Microseconds, peer = transport.Microseconds;
        DtlsHandshake.Run(DtlsRole.Server, credentials, terms, transport, unprovenAddress: null, static () => { });
        transport.Flush();
        double cost = ThreadTime.Microseconds - start - (transport.Microseconds - peer);
        return client.Done && terms.Keys is not null ? cost : throw new InvalidOperationException("no keys");
    }

    private static double OpenSsl(nint asServer, nint asClient)
    {
        using var client = new OpenSslPeer(asClient, isServer: false);
        double cost = -ThreadTime.Microseconds;
        using var server = new OpenSslPeer(asServer, isServer: true);
        cost += ThreadTime.Microseconds;
        byte[] datagram = [];
        for (int steps = 0; !client.Done || !server.Done; steps++)
        {
            if (steps > 10) throw new InvalidOperationException("no keys");
            datagram = client.Step(datagram);
            cost -= ThreadTime.Microseconds;
            datagram = server.Step(datagram);
            cost += ThreadTime.Microseconds;
        }
        return cost;
    }
}
