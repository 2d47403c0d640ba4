namespace Tandem.Configuration;

/// <summary>The <c>[tts]</c> section: where the speech service's HTTP contract listens.</summary>
public sealed record TtsApiOptions
{
    /// <summary>Address to listen on; loopback unless the operator opens it.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0 picks a free one, -1 turns the service off.</summary>
    public int Port { get; init; } = 8000;
}
