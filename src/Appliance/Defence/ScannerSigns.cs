using System.Text;
using Sip.Core.Messages;
using Tandem.Signalling;

namespace Tandem.Defence;

/// <summary>What the usual scanners for SIP show of themselves. A request that shows it gets no answer.</summary>
internal static class ScannerSigns
{
    /// <summary>In User-Agent, in lower case.</summary>
    private static readonly byte[][] s_agents =
    [
        .. new[]
        {
            "friendly-scanner", "friendly-request", "sipvicious", "sip-scan", "sipscan", "sipcli", "sundayddr", "pplsip", "vaxsipuseragent", "siparmyknife", "iwar",
            "sivus", "gulp", "nmap", "masscan", "zgrab", "stretchoid", "mr.sip", "mrsip", "sippts", "viproy", "metasploit",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    /// <param name="request">Outside dialogs.</param>
    public static bool Shows(SipMessage request)
    {
        ReadOnlySpan<byte> agent = request.First(SipHeaderId.UserAgent);
        if (!agent.IsEmpty)
            foreach (byte[] sign in s_agents)
                if (Contains(agent, sign)) return true;
        if (Contains(request.First(SipHeaderId.From), "sipvicious"u8) || Contains(request.First(SipHeaderId.To), "sipvicious"u8)) return true;
        return request.Method is not SipMethod.Options && NamesNobody(request);
    }

    /// <summary>A probe without anybody in To. A keep-alive with OPTIONS may have none.</summary>
    private static bool NamesNobody(SipMessage request)
    {
        ReadOnlySpan<byte> to = request.First(SipHeaderId.To);
        return to.IsEmpty || (to.IndexOf("tel:"u8) < 0 && SipFields.User(to).Length == 0);
    }

    /// <param name="sign">Lower case.</param>
    private static bool Contains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> sign)
    {
        for (int at = 0; at + sign.Length <= text.Length; at++)
            if (Ascii.EqualsIgnoreCase(text.Slice(at, sign.Length), sign)) return true;
        return false;
    }
}
