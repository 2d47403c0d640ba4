using Sip.Core.Sdp;
using Srtp;
using Tandem.Calls;
using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Calls;

public class LegKeysTests
{
    [Fact]
    public void Every_suite_has_a_key_of_its_own_of_its_length_and_no_two_legs_share_one()
    {
        LegKeys one = new(SrtpMode.Optional), two = new(SrtpMode.Required);
        Assert.Equal(CryptoSuite.All, one.Security.Keys.Select(key => key.Suite));
        Assert.All(one.Security.Keys, key => Assert.Equal(key.Suite.KeyLength, key.Bytes.Length));
        string[] keys = [.. one.Security.Keys.Concat(two.Security.Keys).Select(key => Convert.ToHexString(key.Bytes))];
        Assert.Equal(8, keys.Distinct().Count());
        Assert.Same(MediaSecurity.Off, new LegKeys(SrtpMode.Off).Security);
    }

    [Fact]
    public void Suites_of_SDP_are_profiles_of_SRTP_with_the_same_lengths()
    {
        foreach (CryptoSuite suite in CryptoSuite.All)
        {
            ProfileParameters profile = Profiles.FindSuite(suite.Name)!;
            Assert.Equal(suite.KeyLength, profile.KeyLength + profile.SaltLength);
        }
    }

    [Fact]
    public void A_key_is_kept_while_its_suite_is_used_and_also_across_plain_and_renewed_when_it_is_left()
    {
        var keys = new LegKeys(SrtpMode.Optional);
        NegotiatedSrtp gcm = Negotiated(keys, 0), cm = Negotiated(keys, 1);
        SrtpSettings first = keys.Settle(gcm)!;
        Assert.Equal((SrtpProfile.AeadAes128Gcm, gcm.LocalKey, gcm.RemoteKey), (first.Profile, first.SendKey, first.ReceiveKey));
        Assert.Null(keys.Settle(null));
        keys.Settle(gcm);
        Assert.Same(gcm.LocalKey, keys.Security.Keys[0].Bytes);
        keys.Settle(cm);
        Assert.NotEqual(gcm.LocalKey, keys.Security.Keys[0].Bytes);
        Assert.Same(cm.LocalKey, keys.Security.Keys[1].Bytes);
    }

    private static NegotiatedSrtp Negotiated(LegKeys keys, int suite) =>
        new(keys.Security.Keys[suite].Suite, keys.Security.Keys[suite].Bytes, new byte[keys.Security.Keys[suite].Suite.KeyLength]);
}
