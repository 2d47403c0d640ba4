namespace Tandem.Http;

/// <summary>One thing that listens.</summary>
public sealed record ListenStatus(string Service, string Address);
