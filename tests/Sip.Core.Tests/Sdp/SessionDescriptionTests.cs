using System.Net;
using System.Text;
using Sip.Core.Sdp;
using Xunit;

namespace Sip.Core.Tests.Sdp;

public sealed class SessionDescriptionTests
{
    public static TheoryData<string> Vectors => [Offers.Baresip, Offers.BaresipIce, Offers.Sipp, Offers.Linphone, Offers.Chromium, Offers.SecureOrPlain];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void What_a_client_wrote_is_written_back_word_for_word(string text) =>
        Assert.Equal(Encoding.UTF8.GetString(Offers.Bytes(text)), Encoding.UTF8.GetString(Offers.Parse(text).Write()));

    [Fact]
    public void The_example_of_RFC_8866_reads_as_it_means()
    {
        SessionDescription d = Offers.Parse("""
            v=0
            o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1
            s=Call to John Smith
            i=SDP Offer #1
            u=http://www.jdoe.example.com/home.html
            e=Jane Doe <jane@jdoe.example.com>
            p=+1 617 555-6011
            c=IN IP4 198.51.100.1
            t=0 0
            m=audio 49170 RTP/AVP 0
            m=audio 49180 RTP/AVP 0
            m=video 51372/2 RTP/AVP 99
            c=IN IP6 2001:db8::2
            a=rtpmap:99 h263-1998/90000

            """);
        Assert.Equal(new SdpOrigin("jdoe", "3724394400", 3724394405, "198.51.100.1"), d.Origin);
        Assert.Equal("Call to John Smith", d.Name);
        Assert.Equal(["i", "u", "e", "p", "t"], d.OtherLines.Select(l => l.Type.ToString()));
        Assert.Equal(3, d.Media.Count);
        Assert.Equal(IPAddress.Parse("198.51.100.1"), d.Media[0].ConnectionIn(d)!.Address);
        Assert.Equal(IPAddress.Parse("2001:db8::2"), d.Media[2].ConnectionIn(d)!.Address);
        Assert.Equal((51372, 2), (d.Media[2].Port, d.Media[2].PortCount));
        Assert.Equal(AudioFormat.Pcmu, Assert.Single(d.Media[0].AudioFormats()));
    }

    [Fact]
    public void Sloppy_line_ends_order_and_missing_lines_are_forgiven()
    {
        byte[] bytes = "v=0\no=- 1 1 IN IP4 1.2.3.4\na=sendonly\nc=IN IP4 1.2.3.4\n\nm=audio 5 RTP/AVP 8\r\n\0\0"u8.ToArray();
        Assert.True(SessionDescription.TryParse(bytes, out SessionDescription? d, out _));
        Assert.Equal("-", d!.Name);
        Assert.Equal(MediaDirection.SendOnly, d.Media[0].DirectionIn(d));
        Assert.Equal("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\na=sendonly\r\nm=audio 5 RTP/AVP 8\r\n",
            Encoding.UTF8.GetString(d.Write()));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\r\n\r\n", "empty")]
    [InlineData("o=- 1 1 IN IP4 1.2.3.4\r\n", "v=0")]
    [InlineData("v=1\r\no=- 1 1 IN IP4 1.2.3.4\r\n", "v=0")]
    [InlineData("v=0\r\nv=0\r\n", "v=")]
    [InlineData("v=0\r\ns=-\r\n", "o=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4\r\n", "o=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\no=- 1 1 IN IP4 1.2.3.4\r\n", "o=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nc=IN IP4 1.2.3\r\n", "c=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nc=IN IP4 1.2.3.256\r\n", "c=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nc=IN IP6 ::g\r\n", "c=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nc=ATM NSAP 47\r\n", "c=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nm=audio 70000 RTP/AVP 0\r\n", "m=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nm=audio -1 RTP/AVP 0\r\n", "m=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nm=audio 4/0 RTP/AVP 0\r\n", "m=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nm=audio 4000 RTP/AVP\r\n", "m=")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nnonsense\r\n", "line")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\n=x\r\n", "line")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=a\rb\r\n", "CR")]
    public void What_cannot_be_understood_is_refused_with_a_reason(string text, string reason)
    {
        Assert.False(SessionDescription.TryParse(Encoding.UTF8.GetBytes(text), out SessionDescription? d, out string? error));
        Assert.Null(d);
        Assert.Contains(reason, error);
    }

    [Fact]
    public void Size_lines_and_streams_are_limited()
    {
        const string Start = "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\n";
        foreach (string text in (string[])[
            Start + new string('a', 70_000),
            Start + string.Concat(Enumerable.Repeat("a=x\r\n", 3000)),
            Start + string.Concat(Enumerable.Repeat("m=audio 0 RTP/AVP 0\r\n", 65))])
            Assert.False(SessionDescription.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));
    }

    [Fact]
    public void Unknown_lines_and_attributes_survive()
    {
        SessionDescription d = Offers.Parse("v=0\no=- 1 1 IN IP4 1.2.3.4\ns=-\nt=0 0\nx=later\na=quux: a b\nm=audio 4 RTP/AVP 0\nq=why\na=foo\n");
        string written = Encoding.UTF8.GetString(d.Write());
        Assert.Contains("x=later\r\n", written);
        Assert.Contains("a=quux: a b\r\n", written);
        Assert.Contains("q=why\r\na=foo\r\n", written);
    }

    [Theory]
    [InlineData("a=rtcp:5007", "10.0.0.1", 5007)]
    [InlineData("a=rtcp:5007 IN IP4 10.9.9.9", "10.9.9.9", 5007)]
    [InlineData("a=rtcp:9 IN IP4 0.0.0.0", "10.0.0.1", 9)]
    [InlineData("a=rtcp:0", "10.0.0.1", 4001)]
    [InlineData("a=rtcp:99999", "10.0.0.1", 4001)]
    [InlineData("a=rtcp:x", "10.0.0.1", 4001)]
    [InlineData("a=rtcp", "10.0.0.1", 4001)]
    [InlineData("a=rtcp:5007 IN IP6 2001:db8::1", "10.0.0.1", 5007)]
    [InlineData("a=sendrecv", "10.0.0.1", 4001)]
    public void RTCP_goes_where_RFC_3605_says_or_to_the_next_port(string line, string address, int port) =>
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), port),
            Offers.Audio(lines: line).Media[0].RtcpFor(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 4000)));

    [Theory]
    [InlineData("a=ptime:30", 30, null)]
    [InlineData("a=ptime:20.0\na=maxptime:40", 20, 40)]
    [InlineData("a=ptime:0", null, null)]
    [InlineData("a=ptime:-20\na=maxptime:x", null, null)]
    [InlineData("a=ptime:", null, null)]
    [InlineData("a=ptime", null, null)]
    public void Packet_times_are_read_or_ignored(string lines, int? ptime, int? max)
    {
        SdpMedia media = Offers.Audio(lines: lines).Media[0];
        Assert.Equal((ptime, max), (media.PtimeMs, media.MaxPtimeMs));
    }

    [Theory]
    [InlineData("0", "", "PCMU/8000/1")]
    [InlineData("8", "", "PCMA/8000/1")]
    [InlineData("9", "", "G722/8000/1")]
    [InlineData("18", "", "G729/8000/1")]
    [InlineData("0", "a=rtpmap:0 pcma/8000", "pcma/8000/1")]
    [InlineData("96", "a=rtpmap:96 opus/48000/2", "opus/48000/2")]
    [InlineData("96", "a=rtpmap: 96 L16/16000", "L16/16000/1")]
    [InlineData("96", "a=RTPMAP:96 X/8000/1", "X/8000/1")]
    [InlineData("96", "", null)]
    [InlineData("96", "a=rtpmap:96 opus", null)]
    [InlineData("96", "a=rtpmap:96 /8000", null)]
    [InlineData("96", "a=rtpmap:96 x/0", null)]
    [InlineData("96", "a=rtpmap:96 x/8000/0", null)]
    [InlineData("96", "a=rtpmap:96 x/99999999999", null)]
    [InlineData("128", "a=rtpmap:128 x/8000", null)]
    [InlineData("abc", "", null)]
    public void A_payload_type_means_what_rtpmap_says_or_what_RFC_3551_says(string number, string lines, string? expected)
    {
        IReadOnlyList<AudioFormat> formats = Offers.Audio(number, lines).Media[0].AudioFormats();
        Assert.Equal(expected, formats.Count == 0 ? null : $"{formats[0].Name}/{formats[0].ClockRateHz}/{formats[0].Channels}");
    }

    [Theory]
    [InlineData("IN IP4 0.0.0.0", true)]
    [InlineData("IN IP6 ::", true)]
    [InlineData("IN IP6 host.invalid", true)]
    [InlineData("IN IP4 10.0.0.1", false)]
    [InlineData("IN IP4 media.example.com", false)]
    [InlineData("IN IP4 224.2.1.1/127/3", false)]
    public void An_unspecified_address_is_known_as_such(string value, bool unspecified) =>
        Assert.Equal(unspecified, Offers.Audio(connection: value).Connection!.IsUnspecified);

    [Fact]
    public void Origins_with_numbers_beyond_64_bits_are_read()
    {
        SessionDescription d = Offers.Parse("v=0\no=x 99999999999999999999999 99999999999999999999999 IN IP4 host.example\n");
        Assert.Equal("99999999999999999999999", d.Origin.SessionId);
        Assert.Equal(0ul, d.Origin.Version);
    }

    [Fact]
    public void Mutated_descriptions_never_throw_and_what_is_read_is_written_and_read_the_same()
    {
        var random = new Random(3264);
        byte[][] seeds = [.. ((IEnumerable<ITheoryDataRow>)Vectors).Select(row => Offers.Bytes((string)row.GetData()[0]!))];
        byte[][] words = [.. ((string[])["\r\n", "m=audio 1 RTP/AVP 0\r\n", "c=IN IP6 ::1\r\n", "a=rtpmap:0 ", "a=fmtp:", ":", "/", "=", " ", "\0", "é", "\u2028", "65536"]).Select(Encoding.UTF8.GetBytes)];
        int read = 0;
        for (int i = 0; i < 40_000; i++)
        {
            List<byte> bytes = [.. seeds[random.Next(seeds.Length)]];
            for (int edits = random.Next(1, 6); edits > 0 && bytes.Count > 0; edits--)
            {
                int at = random.Next(bytes.Count);
                switch (random.Next(5))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)); break;
                    case 2: bytes.InsertRange(at, words[random.Next(words.Length)]); break;
                    case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(60), bytes.Count - at))); break;
                    default: bytes.RemoveRange(at, bytes.Count - at); bytes.Add((byte)'v'); break;
                }
            }

            if (!SessionDescription.TryParse(bytes.ToArray(), out SessionDescription? first, out string? error))
            {
                Assert.NotNull(error);
                continue;
            }

            read++;
            byte[] written = first!.Write();
            Assert.True(SessionDescription.TryParse(written, out SessionDescription? second, out error), error);
            Assert.Equal(written, second!.Write());
            AnswerResult result = OfferAnswer.Answer(first, AudioCapabilities.G711, new(IPAddress.Loopback, 4000), new(IPAddress.Loopback, 4001),
                MediaDirection.SendRecv, SdpOrigin.Create(99, IPAddress.Loopback));
            Assert.NotEqual(result.IsAccepted, result.Reason is not null);
            if (result.Answer is { } answer) Assert.Equal(first.Media.Count, answer.Media.Count);
            _ = OfferAnswer.Accept(OfferAnswerTests.Offer(), first);
        }

        Assert.InRange(read, 1000, 40_000);
    }
}
