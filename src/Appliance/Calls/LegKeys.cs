using Sip.Core.Sdp;
using Srtp;
using Tandem.Media;

namespace Tandem.Calls;

/// <summary>The SRTP keys of one leg: ours, made when it is, and what they and the peer's came to. Shard thread only.</summary>
internal sealed class LegKeys(SrtpMode mode)
{
    private CryptoSuite? _inUse;

    /// <summary>For offers and answers.</summary>
    public MediaSecurity Security { get; private set; } =
        mode == SrtpMode.Off ? MediaSecurity.Off : new MediaSecurity(mode, [.. CryptoSuite.All.Select(NewKey)]);

    /// <summary>What the leg is to do.</summary>
    /// <param name="settled">By offer and answer; null: plain.</param>
    public SrtpSettings? Settle(NegotiatedSrtp? settled)
    {
        if (settled is null) return null;
        // Our key of a suite that is left is used up: coming back to it would start the same key from its beginning.
        if (_inUse is { } left && left != settled.Suite)
            Security = Security with { Keys = [.. Security.Keys.Select(key => key.Suite == left ? NewKey(left) : key)] };
        _inUse = settled.Suite;
        return new SrtpSettings(Profiles.FindSuite(settled.Suite.Name)!.Profile, settled.LocalKey, settled.RemoteKey);
    }

    private static CryptoKey NewKey(CryptoSuite suite) => new(suite, SeedRandom.Bytes(suite.KeyLength));
}
