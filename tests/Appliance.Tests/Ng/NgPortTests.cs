using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Media;
using Tandem.Net;
using Tandem.Ng;
using Xunit;

namespace Appliance.Tests.Ng;

public class NgPortTests
{
    [Fact]
    public void Requests_are_answered_repeats_from_memory_and_garbage_is_counted()
    {
        using MediaPlane plane = MediaPlane.Start(
            new MediaOptions { Ports = [new MediaPortRange(28770, 28799, null)], Loops = 1 }, NullLoggerFactory.Instance);
        using NgPort port = NgPort.Open(new NgOptions { Port = 0 }, new MediaOptions(), new AdvertisedAddresses([], []), plane, NullLoggerFactory.Instance);
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        client.Client.ReceiveTimeout = 5000;
        Assert.Equal("1 d6:result4:ponge", Ask(client, port, "1 d7:command4:pinge"));
        Assert.Equal("""2 {"result":"pong"}""", Ask(client, port, """2 {"command":"ping"}"""));

        byte[] offer = [.. "3 "u8, .. NgDictionary.Bencode(NgRig.Request("offer", "a", sdp: NgRig.Sdp(5000)))];
        string first = Ask(client, port, Encoding.UTF8.GetString(offer));
        Assert.Equal(first, Ask(client, port, Encoding.UTF8.GetString(offer)));
        Assert.Equal((1, 1), (port.Counters.Of(NgCommand.Offer), port.Counters.Repeated));

        foreach (string garbage in (string[])["", "x", " d", "4 ", "4 d7:command4:ping", "\u0001 de"]) client.Send(Encoding.UTF8.GetBytes(garbage), port.Address);
        Spray(client, port, offer);
        Assert.Equal("5 d6:result4:ponge", Ask(client, port, "5 d7:command4:pinge"));
        Assert.True(port.Counters.Malformed >= 6);
        Assert.Equal(0, port.Faults);
    }

    private static void Spray(UdpClient client, NgPort port, byte[] offer)
    {
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. offer];
            for (int n = random.Next(1, 6); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            bytes[0] = (byte)'9';
            client.Send(bytes, port.Address);
            if (i % 50 == 0) Ask(client, port, $"p{i} d7:command4:pinge");    // in step, so that nothing overflows
        }
        while (client.Available > 0) Receive(client);
    }

    private static string Ask(UdpClient client, NgPort port, string request)
    {
        client.Send(Encoding.UTF8.GetBytes(request), port.Address);
        string cookie = request.Split(' ')[0] + " ";
        while (true)
        {
            string reply = Receive(client);
            if (reply.StartsWith(cookie, StringComparison.Ordinal)) return reply;
        }
    }

    private static string Receive(UdpClient client)
    {
        IPEndPoint? from = null;
        return Encoding.UTF8.GetString(client.Receive(ref from));
    }
}
