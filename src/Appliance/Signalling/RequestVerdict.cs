namespace Tandem.Signalling;

/// <summary>What becomes of a request outside any dialog.</summary>
/// <param name="Status">0: admitted; else the final response to send.</param>
/// <param name="User">The authenticated user; null for an admitted stranger.</param>
/// <param name="Reason">Reason phrase; null: the RFC's.</param>
/// <param name="Headers">Header lines of the response: challenges, Retry-After.</param>
public sealed record RequestVerdict(int Status, string? User, string? Reason, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>How long a refusal waits before it is sent: what makes repeated wrong passwords slow. Zero: at once.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The carrier whose call it is; null: nobody's of the outside.</summary>
    public string? Carrier { get; init; }

    /// <summary>How a session with its sender is made; null: as with everybody.</summary>
    public SessionTerms? Terms { get; init; }

    /// <summary>Who it is is not known yet, and soon will be: it gets no answer and comes again, being a datagram.</summary>
    public bool IsPutOff { get; init; }

    public static RequestVerdict Admit(string? user = null) => new(0, user, null, []);

    public static RequestVerdict Refuse(int status, string? reason = null) => new(status, null, reason, []);

    /// <summary>Asks for credentials.</summary>
    /// <param name="status">401 or 407.</param>
    /// <param name="challenges">WWW-Authenticate or Proxy-Authenticate lines, in order of preference.</param>
    public static RequestVerdict Challenge(int status, params IReadOnlyList<KeyValuePair<string, string>> challenges) =>
        new(status, null, null, challenges);
}
