namespace Tandem.Http;

/// <summary>What an answer carries besides its body.</summary>
internal sealed class ApiReply
{
    /// <summary>What the session's cookie shall hold; empty: the cookie shall go; null: as it is.</summary>
    public string? Cookie { get; set; }
}
