using System.Globalization;
using System.Net;

namespace Sip.Core.Sdp;

/// <summary>Writes the m-lines of our own descriptions.</summary>
internal static class AudioMediaLine
{
    public static SdpMedia Write(IReadOnlyList<AudioFormat> formats, IPEndPoint rtp, IPEndPoint rtcp, MediaDirection direction, int ptime)
    {
        var numbers = new List<string>(formats.Count);
        var attributes = new List<SdpAttribute>();
        foreach (AudioFormat format in formats)
        {
            string number = format.PayloadType.ToString(CultureInfo.InvariantCulture);
            numbers.Add(number);
            attributes.Add(new SdpAttribute("rtpmap", format.RtpMap));
            if (format.Fmtp is not null) attributes.Add(new SdpAttribute("fmtp", $"{number} {format.Fmtp}"));
        }

        attributes.Add(new SdpAttribute("ptime", ptime.ToString(CultureInfo.InvariantCulture)));
        if (RtcpAttribute(rtp, rtcp) is { } attribute) attributes.Add(attribute);
        attributes.Add(new SdpAttribute(direction.Name()));
        return new SdpMedia { Kind = "audio", Port = rtp.Port, Protocol = MediaSecurity.PlainProfile, Formats = numbers, Attributes = attributes };
    }

    private static SdpAttribute? RtcpAttribute(IPEndPoint rtp, IPEndPoint rtcp)
    {
        string port = rtcp.Port.ToString(CultureInfo.InvariantCulture);
        if (!rtcp.Address.Equals(rtp.Address)) return new SdpAttribute("rtcp", $"{port} {new SdpConnection(rtcp.Address)}");
        return rtcp.Port == rtp.Port + 1 ? null : new SdpAttribute("rtcp", port);
    }

    /// <summary>An m-line that we do not take, in the place where the offer has it (RFC 3264 §6), known by the same identifier (RFC 9429 §5.3.1).</summary>
    public static SdpMedia Rejected(SdpMedia offered) => new()
    {
        Kind = offered.Kind,
        Port = 0,
        Protocol = offered.Protocol,
        Formats = offered.Formats,
        Attributes = SdpBundle.MidOf(offered) is { } mid ? [new SdpAttribute(SdpBundle.MidAttribute, mid)] : [],
    };
}
