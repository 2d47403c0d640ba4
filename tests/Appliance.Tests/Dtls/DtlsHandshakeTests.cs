using System.Security.Cryptography;
using Srtp;
using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Dtls;

public sealed class DtlsHandshakeTests : IDisposable
{
    private readonly DtlsPair _pair = new();

    [Fact]
    public void Each_end_sends_under_the_key_that_the_other_receives_by()
    {
        _pair.Run();
        AssertConnected();
        Assert.Equal(SrtpProfile.AeadAes128Gcm, _pair.ServerOutcome.Keys!.Profile);
    }

    [Fact]
    public void A_client_whose_address_nobody_proved_repeats_a_cookie()
    {
        bool asked = false;
        _pair.Unproven = true;
        _pair.Wire = (toServer, datagram) =>
        {
            if (!toServer && datagram[13] == 3) asked = true;    // HelloVerifyRequest
            return [datagram];
        };
        _pair.Run();
        AssertConnected();
        Assert.True(asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_ClientHello_comes_in_fragments_in_order_reordered_and_with_one_lost(bool unproven)
    {
        foreach (Func<List<byte[]>, int, IEnumerable<byte[]>> way in new Func<List<byte[]>, int, IEnumerable<byte[]>>[]
        {
            (fragments, _) => fragments,
            (fragments, _) => Enumerable.Reverse(fragments),
            (fragments, attempt) => attempt == 0 ? fragments.Take(1) : fragments,
            (fragments, attempt) => attempt == 0 ? fragments.Skip(1) : fragments,
        })
        {
            using var pair = new DtlsPair { Unproven = unproven };
            int attempts = 0;
            pair.Wire = (toServer, datagram) =>
            {
                if (!toServer || datagram[0] != 22 || datagram[13] != 1) return [datagram];
                return way(DtlsPair.Fragments(datagram, 2, firstRecordNumber: 2 * attempts), attempts++);
            };
            pair.Run();
            Assert.NotNull(pair.ServerOutcome.Keys);
            Assert.Equal(pair.ServerOutcome.Keys.SendKey, pair.ClientOutcome.Keys!.ReceiveKey);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void ChangeCipherSpec_overtakes_the_CertificateVerify_before_it(bool unproven, bool lost)
    {
        int early = 0;
        _pair.Unproven = unproven;
        _pair.Wire = (toServer, datagram) =>
        {
            List<byte[]> records = DtlsPair.Records(datagram);
            if (!toServer || early > 0 || records.Find(record => record[0] == 22 && record[13] == 15) is not { } verify) return [datagram];
            early++;
            records.Remove(verify);
            return lost ? records : [.. records, verify];
        };
        _pair.Run();
        AssertConnected();
        Assert.Equal(1, early);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Records_are_lost_repeated_and_reordered_and_the_handshake_is_done(int seed)
    {
        var random = new Random(seed);
        _pair.Wire = (toServer, datagram) =>
        {
            List<byte[]> arrive = [];
            foreach (byte[] record in DtlsPair.Records(datagram))
            {
                int fate = random.Next(10);
                if (fate < 2) continue;
                arrive.Insert(random.Next(2) == 0 ? 0 : arrive.Count, record);
                if (fate > 7) arrive.Add(record);
            }
            return arrive;
        };
        _pair.Run();
        AssertConnected();
    }

    [Fact]
    public void A_last_flight_that_got_lost_is_repeated_after_the_handshake()
    {
        int lost = 0;
        _pair.Wire = (toServer, datagram) => !toServer && datagram[0] == 20 && lost++ < 2 ? [] : [datagram];    // ChangeCipherSpec and Finished of the server
        _pair.Run();
        AssertConnected();
        Assert.InRange(lost, 3, 6);    // the server may answer each record of the client's repeated flight that comes on its own
    }

    [Fact]
    public void A_certificate_that_was_not_signalled_is_refused_with_an_alert()
    {
        _pair.ServerExpects = [new DtlsFingerprint("sha-256", new byte[32])];
        _pair.Run();
        Assert.Null(_pair.ServerOutcome.Keys);
        Assert.Contains("not the one that was signalled", _pair.ServerOutcome.Reason, StringComparison.Ordinal);
        Assert.Contains(_pair.ClientEndpoint.Fingerprint.Hex, _pair.ServerOutcome.Reason, StringComparison.Ordinal);
        Assert.Contains("refused: bad_certificate", _pair.ClientOutcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_client_holds_the_server_to_its_fingerprint_too()
    {
        _pair.ClientExpects = [new DtlsFingerprint("sha-256", new byte[32])];
        _pair.Run();
        Assert.Contains("not the one that was signalled", _pair.ClientOutcome.Reason, StringComparison.Ordinal);
        Assert.Contains("refused: bad_certificate", _pair.ServerOutcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_strongest_hash_that_was_signalled_one_must_fit()
    {
        byte[] certificate = CertificateOf(_pair.ClientEndpoint);
        _pair.ServerExpects =
        [
            new DtlsFingerprint("sha-256", new byte[32]), new DtlsFingerprint("SHA-512", new byte[64]), new DtlsFingerprint("sha-512", SHA512.HashData(certificate)),
            new DtlsFingerprint("md2", new byte[16]),
        ];
        _pair.Run();
        AssertConnected();

        using var weaker = new DtlsPair();
        weaker.ServerExpects = [weaker.ClientEndpoint.Fingerprint, new DtlsFingerprint("sha-384", new byte[48])];
        weaker.Run();
        Assert.Contains("not the one that was signalled", weaker.ServerOutcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_fingerprint_that_can_be_computed_nobody_is_believed()
    {
        _pair.ServerExpects = [new DtlsFingerprint("md2", new byte[16])];
        _pair.Run();
        Assert.Contains("no fingerprint was signalled", _pair.ServerOutcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_ClientHello_after_the_handshake_changes_nothing()
    {
        byte[]? hello = null;
        _pair.Wire = (toServer, datagram) =>
        {
            if (toServer && datagram[13] == 1) hello ??= datagram;
            return [datagram];
        };
        _pair.Run();
        AssertConnected();
        for (int i = 0; i < 10; i++) _pair.Server.Put(hello);
        Assert.False(_pair.Server.IsHandshake);
        Assert.Null(_pair.ServerOutcome.Reason);
    }

    [Fact]
    public void The_handshake_of_a_closed_leg_ends_at_once_and_its_thread_is_free()
    {
        _pair.Wire = (_, _) => [];
        _pair.Begin();
        SpinWait.SpinUntil(() => _pair.ServerEndpoint.Workers.InFlight == 1, TimeSpan.FromSeconds(20));
        _pair.Server.Cancel();
        Assert.True(SpinWait.SpinUntil(() => _pair.ServerEndpoint.Workers.InFlight == 0, TimeSpan.FromSeconds(20)));
        Assert.Null(_pair.ServerOutcome.Reason);
    }

    public void Dispose() => _pair.Dispose();

    private static byte[] CertificateOf(Tandem.Dtls.DtlsEndpoint endpoint) => endpoint.Credentials.Certificate;

    private void AssertConnected()
    {
        Assert.True(_pair.ServerOutcome.Keys is not null, _pair.ServerOutcome.Reason);
        Assert.True(_pair.ClientOutcome.Keys is not null, _pair.ClientOutcome.Reason);
        Assert.Equal(_pair.ServerOutcome.Keys.SendKey, _pair.ClientOutcome.Keys.ReceiveKey);
        Assert.Equal(_pair.ServerOutcome.Keys.ReceiveKey, _pair.ClientOutcome.Keys.SendKey);
        Assert.Equal(_pair.ServerOutcome.Keys.Profile, _pair.ClientOutcome.Keys.Profile);
    }
}
