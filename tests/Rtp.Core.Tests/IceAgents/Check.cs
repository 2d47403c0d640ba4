using System.Net;
using System.Text;
using Rtp.Core.Stun;

namespace RtpCoreTests.IceAgents;

/// <summary>A check as a browser makes it, each part of it to be spoilt at will.</summary>
internal sealed record Check
{
    private static long s_transaction;

    public string Receiver { get; init; } = "usfragmt";

    public string Sender { get; init; } = "them";

    public string Password { get; init; } = "our-password-0123456789";

    public uint Priority { get; init; } = 0x6E00_1EFF;

    public bool UseCandidate { get; init; }

    public bool Controlling { get; init; } = true;

    public ulong TieBreaker { get; init; } = 7;

    public StunTransactionId Id { get; init; } = new(0xABCD, (ulong)Interlocked.Increment(ref s_transaction));

    public bool Signed { get; init; } = true;

    public byte[] ToBytes()
    {
        var packet = new byte[400];
        var writer = new StunWriter(packet, StunClass.Request, Id);
        writer.AddUsername(Encoding.UTF8.GetBytes(Receiver), Encoding.UTF8.GetBytes(Sender));
        if (Priority > 0) writer.AddPriority(Priority);
        writer.AddRole(Controlling, TieBreaker);
        if (UseCandidate) writer.AddUseCandidate();
        if (Signed) writer.AddIntegrity(Encoding.UTF8.GetBytes(Password));
        writer.AddFingerprint();
        return packet[..writer.Length];
    }

    public static TransportAddress At(string address, int port) => TransportAddress.From(IPAddress.Parse(address), port);
}
