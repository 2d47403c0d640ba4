namespace Tandem.Http;

/// <summary>A request that cannot be carried out: what is wrong and what to do, as the caller is told it.</summary>
/// <param name="status">HTTP status: 400 wrong input, 404 not there, 422 the input names what is not there, 409 in the way of something else, 503 not now.</param>
public sealed class ApiException(int status, string message, string advice = "") : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>What to do next, as a sentence or a command; may be empty.</summary>
    public string Advice { get; } = advice;

    /// <summary>What is wrong with which field of the input; empty: it is no field's fault.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>When it may be tried again.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
