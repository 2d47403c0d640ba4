using System.Security.Cryptography;
using Sip.Core.Sdp;
using Srtp;
using Tandem.Media;

namespace Tandem.Ng;

/// <summary>SDES (RFC 4568) on either side of a stream: each side has keys of its own, whatever the other one speaks.</summary>
internal static class NgCrypto
{
    /// <summary>Takes the first line of an offer that can be used.</summary>
    /// <returns>Null, or why there is none.</returns>
    public static string? TakeOffer(NgEnd from, SdpMedia media, NgRequest request)
    {
        from.OfferedLine = null;
        if (from.SpeaksDtls || NgSdp.ProfileOf(media.Protocol) != NgSdp.Secure) return null;
        string? problem = null;
        foreach (CryptoAttribute line in Lines(media, ref problem))
        {
            if (request.ExcludedSuites.Contains(line.Suite.Name)) continue;
            from.OfferedLine = line;
            return null;
        }
        return $"the offer's SRTP cannot be used: {problem ?? "there is no a=crypto"}";
    }

    /// <summary>The values of <c>a=crypto</c> for a side that is offered this profile.</summary>
    /// <returns>Null, or why it cannot be.</returns>
    public static string? Offer(NgEnd to, NgRequest request, out IReadOnlyList<string> values)
    {
        values = [];
        to.OfferedLines = [];
        if (to.SpeaksDtls || NgSdp.ProfileOf(to.Protocol) != NgSdp.Secure) return null;
        if (request.NoSdes) return "SRTP without SDES needs DTLS, which is switched off";
        List<CryptoAttribute> lines = [];
        foreach (CryptoSuite suite in CryptoSuite.All)
        {
            if (suite.IsOffered && !request.ExcludedSuites.Contains(suite.Name)) lines.Add(new CryptoAttribute(lines.Count + 1, suite, KeyFor(to, suite)));
        }
        if (lines.Count == 0) return "no crypto suite is left to be offered";
        to.OfferedLines = lines;
        values = lines.ConvertAll(line => Written(line, request));
        return null;
    }

    /// <summary>Settles the keys of the side that answered.</summary>
    /// <returns>Null, or why they cannot be used.</returns>
    public static string? Accept(NgEnd from, SdpMedia media)
    {
        from.Keys = null;
        if (from.OfferedLines.Count == 0) return null;
        string? problem = null;
        foreach (CryptoAttribute theirs in Lines(media, ref problem))
        {
            foreach (CryptoAttribute ours in from.OfferedLines)
            {
                if (ours.Tag != theirs.Tag || ours.Suite != theirs.Suite) continue;
                from.Keys = Settled(ours.Suite, ours.Key, theirs.Key);
                return null;
            }
        }
        return $"the answer's SRTP cannot be used: {problem ?? "its a=crypto is none of the offer's"}";
    }

    /// <summary>Settles the keys of the side that offered and gives the line that answers its.</summary>
    public static IReadOnlyList<string> Answer(NgEnd to, NgRequest request)
    {
        to.Keys = null;
        if (to.OfferedLine is not { } line) return [];
        byte[] own = KeyFor(to, line.Suite);
        to.Keys = Settled(line.Suite, own, line.Key);
        return [Written(line with { Key = own }, request)];
    }

    private static SrtpSettings Settled(CryptoSuite suite, byte[] own, byte[] theirs) => new(Profiles.FindSuite(suite.Name)!.Profile, own, theirs);

    private static byte[] KeyFor(NgEnd end, CryptoSuite suite)
    {
        foreach (CryptoKey key in end.OwnKeys)
        {
            if (key.Suite == suite) return key.Bytes;
        }
        byte[] bytes = RandomNumberGenerator.GetBytes(suite.KeyLength);
        end.OwnKeys.Add(new CryptoKey(suite, bytes));
        return bytes;
    }

    /// <summary>Without padding, as rtpengine writes it, unless it is asked for (RFC 4568 §6.1 leaves it open).</summary>
    private static string Written(CryptoAttribute line, NgRequest request) =>
        request.PadsCrypto ? line.Write().Value! : line.Write().Value!.TrimEnd('=');

    private static List<CryptoAttribute> Lines(SdpMedia media, ref string? problem)
    {
        List<CryptoAttribute> lines = [];
        foreach (SdpAttribute attribute in media.Attributes)
        {
            if (attribute.Value is null || !attribute.Name.Equals(CryptoAttribute.Name, StringComparison.OrdinalIgnoreCase)) continue;
            if (CryptoAttribute.TryParse(attribute.Value, out CryptoAttribute? line, out string? wrong)) lines.Add(line!);
            else problem ??= wrong;
        }
        return lines;
    }
}
