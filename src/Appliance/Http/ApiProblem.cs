namespace Tandem.Http;

/// <summary>The body of every answer that is not a success.</summary>
public sealed record ApiProblem(string Error, string Advice);
