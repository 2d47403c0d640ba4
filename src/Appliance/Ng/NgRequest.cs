using System.Net;
using Sip.Core.Sdp;

namespace Tandem.Ng;

/// <summary>The options of an offer, answer, delete or query, as far as they mean something here. What is not known is passed over, as rtpengine does.</summary>
/// <remarks>Options come as keys, and in the list <c>flags</c> with their key as prefix (<c>SDES-off</c>, <c>codec-mask-PCMU</c>).</remarks>
internal sealed class NgRequest
{
    public string CallId { get; private set; } = "";

    public string FromTag { get; private set; } = "";

    /// <summary>Empty: none.</summary>
    public string ToTag { get; private set; } = "";

    /// <inheritdoc cref="ToTag"/>
    public string ViaBranch { get; private set; } = "";

    public string? Label { get; private set; }

    /// <summary>Something was asked for that we cannot do; the words of the reply. Null: nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>One of <c>RTP/AVP</c>, <c>RTP/SAVP</c>, …; null: as the other side has it.</summary>
    public string? Protocol { get; private set; }

    /// <summary>An answer of another profile than offered is handed on as it is.</summary>
    public bool AcceptsProtocol { get; private set; }

    public RtcpMux Mux { get; private set; }

    public NgIce Ice { get; private set; }

    /// <summary>No DTLS towards the other side.</summary>
    public bool NoDtls { get; private set; }

    /// <summary>We begin the handshake where the other side leaves the choice.</summary>
    public bool IsDtlsClient { get; private set; }

    /// <summary>The other side's m-lines get an identifier where they have none.</summary>
    public bool GeneratesMid { get; private set; }

    public NgCodecRules Codecs { get; } = new();

    public bool ReplacesOrigin { get; private set; }

    /// <summary>No SDES towards the other side.</summary>
    public bool NoSdes { get; private set; }

    /// <summary>Crypto suites that must not be offered.</summary>
    public List<string> ExcludedSuites { get; } = [];

    /// <summary>Base64 of SDES keys keeps its padding.</summary>
    public bool PadsCrypto { get; private set; }

    /// <summary>The addresses in the SDP are not believed: media comes from where signalling did.</summary>
    public bool UsesSignallingSource { get; private set; }

    /// <summary>Where signalling came from; null: not told.</summary>
    public IPAddress? ReceivedFrom { get; private set; }

    public bool StrictSource { get; private set; }

    /// <summary>Family of our address towards the other side; null: as it is.</summary>
    public bool? WantsIpv6 { get; private set; }

    /// <summary>The address to be written into the SDP in place of ours.</summary>
    public IPAddress? MediaAddress { get; private set; }

    /// <summary>Names of our interfaces towards the offerer and the other side; empty: not told.</summary>
    public string[] Direction { get; } = ["", ""];

    public bool NoRtcpAttribute { get; private set; }

    public bool SingleCodec { get; private set; }

    /// <summary>An unknown call is an error.</summary>
    public bool Fatal { get; private set; }

    /// <summary>No statistics in the reply.</summary>
    public bool Fast { get; private set; }

    /// <summary>The to-tag counts in a delete.</summary>
    public bool HonoursToTag { get; private set; }

    /// <summary>For every party of the call.</summary>
    public bool All { get; private set; }

    public TimeSpan? DeleteDelay { get; private set; }

    /// <summary>Reads the options of a request.</summary>
    public static NgRequest Read(NgValue root)
    {
        var request = new NgRequest();
        foreach ((NgValue key, NgValue value) in root.Pairs) request.Option(key.Bytes, value);
        return request;
    }

    private void Option(ReadOnlySpan<byte> key, NgValue value)
    {
        // By length first: a request has a dozen keys, each of which would otherwise be compared with forty names.
        switch (key.Length)
        {
            case 3:
                if (NgValue.SameKey(key, "ICE"u8)) TakeIce(value.Text);
                else if (NgValue.SameKey(key, "all"u8)) All = value.Is("all"u8);
                break;
            case 4:
                if (NgValue.SameKey(key, "SDES"u8)) foreach (NgValue item in value.Items) Sdes(item.Bytes);
                if (NgValue.SameKey(key, "DTLS"u8)) Dtls(value.Text);
                break;
            case 5:
                if (NgValue.SameKey(key, "flags"u8)) foreach (NgValue item in value.Items) Flag(item.Bytes);
                if (NgValue.SameKey(key, "codec"u8)) CodecOptions(value);
                if (NgValue.SameKey(key, "label"u8)) Label = value.Text;
                break;
            case 6:
                if (NgValue.SameKey(key, "to tag"u8)) ToTag = value.Text;
                break;
            case 7:
                if (NgValue.SameKey(key, "call id"u8)) CallId = value.Text;
                else if (NgValue.SameKey(key, "replace"u8)) foreach (NgValue item in value.Items) Replace(item.Bytes);
                break;
            case 8:
                if (NgValue.SameKey(key, "from tag"u8)) FromTag = value.Text;
                else if (NgValue.SameKey(key, "rtcp mux"u8)) foreach (NgValue item in value.Items) MuxOption(item.Bytes);
                break;
            case 9:
                if (NgValue.SameKey(key, "direction"u8)) Directions(value);
                break;
            case 10:
                if (NgValue.SameKey(key, "via branch"u8)) ViaBranch = value.Text;
                else if (NgValue.SameKey(key, "from label"u8)) Label = value.Text;
                else if (NgValue.SameKey(key, "rtpp flags"u8)) Problem = "rtpp_flags are not supported: let the proxy parse its flags";
                break;
            case 11:
                if (NgValue.SameKey(key, "record call"u8) && value.Text is "yes" or "on") Problem = "recording is not supported through this protocol";
                break;
            default:
                LongOption(key, value);
                break;
        }
    }

    private void LongOption(ReadOnlySpan<byte> key, NgValue value)
    {
        if (NgValue.SameKey(key, "transport protocol"u8)) Transport(value.Text);
        else if (NgValue.SameKey(key, "received from"u8)) ReceivedFrom = Address(value);
        else if (NgValue.SameKey(key, "address family"u8)) Family(value.Text);
        else if (NgValue.SameKey(key, "media address"u8)) MediaAddress = Address(value);
        else if (NgValue.SameKey(key, "delete delay"u8) && value.Integer is >= 0 and <= int.MaxValue and long seconds)
            DeleteDelay = TimeSpan.FromSeconds(seconds);
        else if (NgValue.SameKey(key, "from interface"u8)) Direction[0] = value.Text;
        else if (NgValue.SameKey(key, "to interface"u8)) Direction[1] = value.Text;
    }

    private void Flag(ReadOnlySpan<byte> flag)
    {
        if (Starts(flag, "SDES-"u8, out ReadOnlySpan<byte> rest)) Sdes(rest);
        else if (Starts(flag, "codec-"u8, out rest)) CodecFlag(rest);
        else if (Starts(flag, "transcode-"u8, out rest)) Codecs.Transcode.Add(Ascii(rest));
        else if (Starts(flag, "rtcp-mux-"u8, out rest)) MuxOption(rest);
        else if (Starts(flag, "replace-"u8, out rest)) Replace(rest);
        else if (NgValue.SameKey(flag, "trust address"u8)) UsesSignallingSource = false;
        else if (NgValue.SameKey(flag, "SIP source address"u8)) UsesSignallingSource = true;
        else if (NgValue.SameKey(flag, "strict source"u8)) StrictSource = true;
        else if (NgValue.SameKey(flag, "no rtcp attribute"u8)) NoRtcpAttribute = true;
        else if (NgValue.SameKey(flag, "single codec"u8)) SingleCodec = true;
        else if (NgValue.SameKey(flag, "pad crypto"u8)) PadsCrypto = true;
        else if (NgValue.SameKey(flag, "record call"u8)) Problem = "recording is not supported through this protocol";
        else if (NgValue.SameKey(flag, "generate mid"u8)) GeneratesMid = true;
        else if (flag.SequenceEqual("WebRTC"u8) || flag.SequenceEqual("webrtc"u8)) WebRtc();
        else if (Starts(flag, "ICE-"u8, out rest) || Starts(flag, "ICE="u8, out rest)) TakeIce(Ascii(rest));
        else if (Starts(flag, "DTLS-"u8, out rest) || Starts(flag, "DTLS="u8, out rest)) Dtls(Ascii(rest));
        else if (flag.SequenceEqual("fatal"u8)) Fatal = true;
        else if (flag.SequenceEqual("fast"u8)) Fast = true;
        else if (flag.SequenceEqual("all"u8)) All = true;
        else if (NgValue.SameKey(flag, "to tag"u8)) HonoursToTag = true;
    }

    private void Sdes(ReadOnlySpan<byte> option)
    {
        if (option.SequenceEqual("off"u8) || option.SequenceEqual("no"u8) || option.SequenceEqual("disable"u8)) NoSdes = true;
        else if (option.SequenceEqual("pad"u8)) PadsCrypto = true;
        else if (Starts(option, "no-"u8, out ReadOnlySpan<byte> suite)) ExcludedSuites.Add(Ascii(suite));
    }

    private void CodecFlag(ReadOnlySpan<byte> flag)
    {
        int hyphen = flag.IndexOf((byte)'-');
        if (hyphen > 0) Codecs.Add(flag[..hyphen], Ascii(flag[(hyphen + 1)..]));
    }

    private void CodecOptions(NgValue options)
    {
        foreach ((NgValue option, NgValue list) in options.Pairs)
        {
            foreach (NgValue codec in list.Items) Codecs.Add(option.Bytes, codec.Text);
        }
    }

    private void MuxOption(ReadOnlySpan<byte> option) =>
        Mux |= option.SequenceEqual("offer"u8) ? RtcpMux.Offer
            : option.SequenceEqual("require"u8) ? RtcpMux.Require
            : option.SequenceEqual("demux"u8) ? RtcpMux.Demux
            : option.SequenceEqual("accept"u8) ? RtcpMux.Accept
            : option.SequenceEqual("reject"u8) ? RtcpMux.Reject : RtcpMux.None;

    private void Replace(ReadOnlySpan<byte> what) => ReplacesOrigin |= what.SequenceEqual("origin"u8) || NgValue.SameKey(what, "origin full"u8);

    private void Directions(NgValue value)
    {
        int i = 0;
        foreach (NgValue name in value.Items)
        {
            if (i < 2) Direction[i++] = name.Text;
        }
    }

    private void TakeIce(string value)
    {
        if (value == "force") Ice = NgIce.Force;
        else if (value is "remove" or "off" or "no") Ice = NgIce.Remove;
        else if (value is "force-relay" or "force_relay") Problem = "ICE=force-relay is not supported: no candidate here is a relay's";
        else if (value is not ("" or "default" or "optional")) Problem = $"ICE={Clean(value)} is not supported";
    }

    private void Dtls(string value)
    {
        if (value is "off" or "no" or "disable") NoDtls = true;
        else if (value is "active" or "passive") IsDtlsClient = value == "active";
        else if (value.Length > 0) Problem = $"DTLS={Clean(value)} is not supported: off, passive and active are";
    }

    /// <summary>All that a browser needs, in one word; what else the request says goes on top of it.</summary>
    private void WebRtc()
    {
        Protocol ??= DtlsTransport.Profile;
        if (Ice == NgIce.Default) Ice = NgIce.Force;
        Mux |= RtcpMux.Offer | RtcpMux.Require;
        (NoSdes, GeneratesMid) = (true, true);
    }

    private void Transport(string value)
    {
        if (value == "accept") AcceptsProtocol = true;
        else if (value is "RTP/AVP" or "RTP/SAVP" or "RTP/AVPF" or "RTP/SAVPF" or "UDP/TLS/RTP/SAVP" or DtlsTransport.Profile) Protocol = value;
        else if (value.Length > 0) Problem = $"transport protocol {Clean(value)} is not supported: RTP/(S)AVP(F) and UDP/TLS/RTP/SAVP(F) are";
    }

    private void Family(string value)
    {
        if (value is "IP4" or "inet") WantsIpv6 = false;
        else if (value is "IP6" or "inet6") WantsIpv6 = true;
    }

    /// <summary>A bare address, or the pair of family and address in which Kamailio gives it.</summary>
    private static IPAddress? Address(NgValue value)
    {
        IPAddress? found = null;
        foreach (NgValue item in value.Items)
        {
            if (IPAddress.TryParse(item.Text, out IPAddress? address)) found = address;
        }
        return found;
    }

    private static bool Starts(ReadOnlySpan<byte> flag, ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> rest)
    {
        bool starts = flag.Length > prefix.Length && NgValue.SameKey(flag[..prefix.Length], prefix);
        rest = starts ? flag[prefix.Length..] : default;
        return starts;
    }

    private static string Ascii(ReadOnlySpan<byte> bytes) => System.Text.Encoding.ASCII.GetString(bytes);

    private static string Clean(string text) => string.Concat(text.Take(40).Where(c => !char.IsControl(c)));
}
