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

    public string Codec { get; init; } = "PCMU";

    /// <summary>SRTP by SDES: <c>srtp</c> offers it in RTP/AVP and takes plain too, <c>srtp-mand</c> speaks RTP/SAVP only; null: plain.</summary>
    public string? MediaEncryption { get; init; }

    /// <summary>The address it binds and advertises.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The network namespace it lives in.</summary>
    public string? Network { get; init; }

    /// <summary>What it says from the moment its audio starts; baresip hangs up at its end.</summary>
    public Sound? Says { get; init; }

    /// <summary>Further lines for baresip's configuration.</summary>
    public string Configuration { get; init; } = "";
}
