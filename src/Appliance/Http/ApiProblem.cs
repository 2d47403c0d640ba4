using Microsoft.AspNetCore.WebUtilities;

namespace Tandem.Http;

/// <summary>The body of every answer that is not a success (RFC 9457).</summary>
/// <param name="Title">What kind of problem it is.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Advice">What to do about it; null: nothing comes to mind.</param>
/// <param name="Errors">What is wrong with which field.</param>
public sealed record ApiProblem(string Type, string Title, int Status, string Detail, string? Advice = null,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors = null)
{
    internal static ApiProblem Of(ApiException error) => new("about:blank", ReasonPhrases.GetReasonPhrase(error.Status), error.Status, error.Message,
        error.Advice.Length > 0 ? error.Advice : null, error.Errors.Count > 0 ? error.Errors : null);
}
