namespace Tandem.Configuration;

/// <summary>The <c>[tts]</c> section: where the speech service's HTTP contract listens.</summary>
public sealed record TtsApiOptions
{
    [Setting("address", "Address of the speech service. It has no log-in: keep it on loopback unless the network is yours.", IsAddress = true)]
    public string Address { get; init; } = "127.0.0.1";

    [Setting("port", "HTTP port of the speech service. 0 takes a free one, -1 switches it off.", Min = -1, Max = 65535)]
    public int Port { get; init; } = 8000;
}
