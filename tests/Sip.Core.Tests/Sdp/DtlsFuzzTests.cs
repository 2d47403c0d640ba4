using System.Net;
using Sip.Core.Sdp;
using Xunit;

namespace Sip.Core.Tests.Sdp;

public sealed class DtlsFuzzTests
{
    private static readonly IPEndPoint s_rtp = new(IPAddress.Parse("192.0.2.1"), 16384);
    private static readonly AudioCapabilities s_capabilities = new([AudioFormat.Opus, AudioFormat.Pcmu], TelephoneEvent: true, PtimeMs: 20)
    {
        Dtls = new DtlsTransport(new SdpFingerprint("sha-256", new byte[32]), new IceDescription("ours", "0123456789abcdefghijkl", true, [])),
    };

    /// <summary>Whatever comes, it is answered or refused; and what we answer can be read, says DTLS and nothing of the peer's secrets.</summary>
    [Theory]
    [InlineData(BrowserOffers.JsSip, 1)]
    [InlineData(BrowserOffers.SipJs, 2)]
    [InlineData(BrowserOffers.Firefox, 3)]
    [InlineData(BrowserOffers.ChromiumAnswer, 4)]
    public void Damaged_descriptions_are_answered_or_refused(string text, int seed)
    {
        var random = new Random(seed);
        SessionDescription ours = OfferAnswer.CreateOffer(s_capabilities, s_rtp, s_rtp, MediaDirection.SendRecv, new SdpOrigin("-", "1", 1, "192.0.2.1"));
        int answered = 0;
        for (int round = 0; round < 2_000; round++)
        {
            byte[] bytes = Mutate(Offers.Bytes(text), random);
            if (!SessionDescription.TryParse(bytes, out SessionDescription? description, out _)) continue;
            _ = DtlsTransport.IsAskedFor(description!, out _);
            _ = OfferAnswer.Accept(ours, description!, s_capabilities);
            AnswerResult result = OfferAnswer.Answer(description!, s_capabilities, s_rtp, s_rtp, MediaDirection.SendRecv, ours.Origin);
            if (!result.IsAccepted) continue;
            answered++;
            Assert.True(SessionDescription.TryParse(result.Answer!.Write(), out SessionDescription? again, out string? error), error);
            Assert.Equal(description!.Media.Count, again!.Media.Count);
            SdpMedia taken = Assert.Single(again.Media, media => media.Port != 0);
            Assert.True(taken.Has("fingerprint") && taken.Has("rtcp-mux") && taken.Has("ice-ufrag"));
            Assert.NotEmpty(result.Audio.Dtls!.Fingerprints);
        }

        Assert.InRange(answered, 50, 2_000);
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        List<byte> text = [.. bytes];
        for (int edits = random.Next(1, 5); edits > 0; edits--)
        {
            int at = random.Next(text.Count);
            switch (random.Next(4))
            {
                case 0: text[at] = (byte)random.Next(256); break;
                case 1: text.RemoveAt(at); break;
                case 2: text.Insert(at, (byte)random.Next(32, 127)); break;
                default:
                    int length = Math.Min(random.Next(1, 40), text.Count - at);
                    text.InsertRange(random.Next(text.Count), text.GetRange(at, length));
                    break;
            }
        }

        return [.. text];
    }
}
