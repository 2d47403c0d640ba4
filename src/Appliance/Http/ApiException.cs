namespace Tandem.Http;

/// <summary>A request that cannot be carried out: what is wrong and what to do, as the caller is told it.</summary>
/// <param name="status">HTTP status: 400 wrong input, 404 not there, 409 in the way of something else, 503 not now.</param>
public sealed class ApiException(int status, string message, string advice = "") : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>What to do next, as a sentence or a command; may be empty.</summary>
    public string Advice { get; } = advice;
}
