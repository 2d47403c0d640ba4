using System.Net;
using Interop.Audio;

namespace Interop.Peers;

/// <summary>One baresip: who it is, where its registrar is and what it plays.</summary>
public sealed record PhoneOptions(string User, IPEndPoint Registrar)
{
    public string Password { get; init; } = "";

    /// <summary>udp, tcp or tls.</summary>
    public string Transport { get; init; } = "udp";

    public bool Register { get; init; } = true;

    public int RegisterSeconds { get; init; } = 60;

    /// <summary>Answers calls by itself; else <see cref="BaresipPhone.AcceptAsync"/> does.</summary>
    public bool AutoAnswer { get; init; } = true;

    /// <summary>PCMU, PCMA, G722, opus or L16; several in order of preference, separated by commas.</summary>
    public string Codec { get; init; } = "PCMU";

    /// <summary>SRTP by SDES: <c>srtp</c> offers it in RTP/AVP and takes plain too, <c>srtp-mand</c> speaks RTP/SAVP only; null: plain.</summary>
    public string? MediaEncryption { get; init; }

    /// <summary>The codecs as baresip names them: with their sampling rates.</summary>
    public string CodecSpecs => string.Join(',', Codec.Split(',').Select(name => name.ToUpperInvariant() switch
    {
        "OPUS" => "opus/48000/2",
        "G722" => "G722/16000/1",
        "L16" => "L16/16000/1",
        _ => $"{name}/8000/1",
    }));

    /// <summary>The rate of what it says; baresip brings it to its codec's.</summary>
    public int SourceRateHz => Sound.RateHz;

    /// <summary>The address it binds and advertises.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The network namespace it lives in.</summary>
    public string? Network { get; init; }

    /// <summary>What it says from the moment its audio starts; baresip hangs up at its end.</summary>
    public Sound? Says { get; init; }

    /// <summary>Further lines for baresip's configuration.</summary>
    public string Configuration { get; init; } = "";
}
