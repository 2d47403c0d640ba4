namespace Tandem.Storage;

/// <summary>A registered contact as it is kept over a restart: a row of <c>registrations</c>.</summary>
/// <param name="Source">Transport and address that its packets came from, e.g. <c>udp 192.0.2.1:5060</c>.</param>
public sealed record StoredBinding(string User, string ContactUri, string? InstanceId, int RegId, double Q, string CallId, long CSeq,
    DateTimeOffset ExpiresAt, string Source, string? Path, string? UserAgent);
