using System.Security.Cryptography;
using System.Text;
using Sip.Core.Authentication;
using Tandem.Routing;
using Tandem.Signalling;

namespace Tandem.Trunks;

/// <summary>Answers the challenges of a carrier in one call: those of its own realm only.</summary>
internal static class CarrierLogin
{
    /// <returns>Null: the carrier has no account of ours.</returns>
    public static ChallengeAnswer? Of(Carrier carrier)
    {
        if (carrier is not { AuthUser: { } user, AuthPassword: { } password }) return null;
        var client = new DigestClient(new DigestLogin(user, password, carrier.AuthRealm));
        return (challenge, method, requestUri) =>
        {
            DigestTries tries = default;    // the session counts them
            if (client.Take(challenge, ref tries) != DigestReply.Answer) return [];
            byte[] lines = client.Lines(method, requestUri.Span, Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(16, lowercase: true)));
            return
            [
                .. Encoding.UTF8.GetString(lines).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => line.Split(": ", 2)).Select(parts => KeyValuePair.Create(parts[0], parts[1])),
            ];
        };
    }
}
