using System.Globalization;
using System.Net;
using Sip.Core.Sdp;

namespace Tandem.Ng;

/// <summary>Rewrites one side's description for the other: addresses, ports, profile, keys and codecs become ours, the rest stays.</summary>
internal static class NgSdp
{
    public const string Plain = "RTP/AVP", Secure = "RTP/SAVP";

    /// <summary>Attributes that speak of the writer's transport: ICE, DTLS, bundling, its SSRCs (our stream has its own), and header
    /// extensions, which end here. The direction that RTCP takes is written anew.</summary>
    private static readonly HashSet<string> s_transport = new(StringComparer.OrdinalIgnoreCase)
    {
        "candidate", "remote-candidates", "end-of-candidates", "ice-ufrag", "ice-pwd", "ice-options", "ice-lite", "ice-mismatch", "ice-pacing",
        "fingerprint", "setup", "tls-id", "dtls-id", "crypto", "rtcp", "rtcp-mux", "rtcp-mux-only", "rtcp-rsize", "group", "bundle-only",
        "ssrc", "ssrc-group", "msid-semantic", "extmap", "extmap-allow-mixed",
    };

    /// <summary>The profile that we speak for one that is written; null: one that we do not.</summary>
    public static string? ProfileOf(string protocol) => protocol.ToUpperInvariant() switch
    {
        "RTP/AVP" or "RTP/AVPF" => Plain,
        "RTP/SAVP" or "RTP/SAVPF" or "UDP/TLS/RTP/SAVP" or "UDP/TLS/RTP/SAVPF" => Secure,
        _ => null,
    };

    /// <summary>The description as the other side gets it.</summary>
    /// <param name="received">From the side that wrote it.</param>
    /// <param name="lines">One for each of its m-lines.</param>
    /// <param name="address">Ours, as that side is to use it.</param>
    /// <param name="request">Its options for the rewriting.</param>
    public static SessionDescription Rewrite(SessionDescription received, IReadOnlyList<NgLine> lines, IPAddress address, NgRequest request)
    {
        var connection = new SdpConnection(address);
        var media = new SdpMedia[received.Media.Count];
        for (int i = 0; i < media.Length; i++) media[i] = Rewrite(received.Media[i], lines[i], received.Connection is null, connection, request);
        bool ice = lines.Any(line => line.WriterHasIce);
        return received with
        {
            Origin = request.ReplacesOrigin ? received.Origin with { Address = address.ToString() } : received.Origin,
            Connection = received.Connection is null ? null : Held(received.Connection, ice) ?? connection,
            Attributes = [.. Kept(received.Attributes), .. SessionAttributes(lines)],
            Media = media,
        };
    }

    private static SdpMedia Rewrite(SdpMedia media, NgLine line, bool needsConnection, SdpConnection connection, NgRequest request)
    {
        if (line.RtpPort == 0)
        {
            IReadOnlyList<SdpAttribute> kept = line.Mid is null ? [] : [new SdpAttribute("mid", line.Mid)];
            return new SdpMedia { Kind = media.Kind, Port = 0, Protocol = media.Protocol, Formats = media.Formats, Attributes = kept };
        }
        List<SdpAttribute> attributes = new(media.Attributes.Count + 4);
        IReadOnlyList<AudioFormat> written = media.AudioFormats();
        foreach (SdpAttribute attribute in media.Attributes)
        {
            if (line.Mid is not null && attribute.Name == "mid") continue;
            if (!s_transport.Contains(attribute.Name) && (PayloadTypeOf(attribute) is not { } payloadType || IsKept(payloadType, written, line.Formats)))
                attributes.Add(attribute);
        }
        var numbers = new string[line.Formats.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            AudioFormat format = line.Formats[i];
            numbers[i] = NgFormats.Number(format);
            if (!IsKept(format.PayloadType, written, line.Formats)) Describe(format, numbers[i], attributes);
        }
        if (!request.NoRtcpAttribute) attributes.Add(new SdpAttribute("rtcp", line.RtcpPort.ToString(CultureInfo.InvariantCulture)));
        if (line.Multiplexed) attributes.Add(new SdpAttribute("rtcp-mux"));
        foreach (string crypto in line.Crypto) attributes.Add(new SdpAttribute("crypto", crypto));
        if (line.Mid is not null) attributes.Add(new SdpAttribute("mid", line.Mid));
        attributes.AddRange(line.Transport);
        return media with
        {
            Port = line.RtpPort,
            PortCount = 1,
            Protocol = line.Protocol,
            Formats = numbers,
            Connection = media.Connection is { } own ? Held(own, line.WriterHasIce) ?? connection : needsConnection ? connection : null,
            Attributes = attributes,
        };
    }

    /// <summary>A hold of the old kind stays one: 0.0.0.0 says that nothing is to be sent; with ICE it says that candidates come later.</summary>
    private static SdpConnection? Held(SdpConnection connection, bool ice) => connection.IsUnspecified && !ice ? connection : null;

    private static IEnumerable<SdpAttribute> SessionAttributes(IReadOnlyList<NgLine> lines)
    {
        if (lines.Any(line => line.IceLite)) yield return new SdpAttribute(IceDescription.LiteAttribute);
        if (lines.FirstOrDefault(line => line.Bundled) is { Mid: { } mid }) yield return DtlsTransport.Group(mid);
    }

    private static List<SdpAttribute> Kept(IReadOnlyList<SdpAttribute> attributes)
    {
        List<SdpAttribute> kept = new(attributes.Count);
        foreach (SdpAttribute attribute in attributes)
        {
            if (!s_transport.Contains(attribute.Name)) kept.Add(attribute);
        }
        return kept;
    }

    /// <summary>What the writer says of a payload type holds for the reader where both mean the same codec by it.</summary>
    private static bool IsKept(int payloadType, IReadOnlyList<AudioFormat> written, IReadOnlyList<AudioFormat> formats)
    {
        foreach (AudioFormat format in formats)
        {
            if (format.PayloadType != payloadType) continue;
            foreach (AudioFormat candidate in written)
            {
                if (candidate.PayloadType == payloadType && candidate.SameCodec(format)) return true;
            }
        }
        return false;
    }

    private static int? PayloadTypeOf(in SdpAttribute attribute)
    {
        if (attribute.Value is null || attribute.Name is not ("rtpmap" or "fmtp" or "rtcp-fb")) return null;
        ReadOnlySpan<char> value = attribute.Value;
        int space = value.IndexOf(' ');
        return byte.TryParse(space < 0 ? value : value[..space], NumberStyles.None, CultureInfo.InvariantCulture, out byte number) ? number : null;
    }

    private static void Describe(AudioFormat format, string number, List<SdpAttribute> attributes)
    {
        string channels = format.Channels == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"/{format.Channels}");
        attributes.Add(new SdpAttribute("rtpmap", string.Create(CultureInfo.InvariantCulture, $"{number} {format.Name}/{format.ClockRateHz}{channels}")));
        if (format.Fmtp is not null) attributes.Add(new SdpAttribute("fmtp", $"{number} {format.Fmtp}"));
    }
}
