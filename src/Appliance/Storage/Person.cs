namespace Tandem.Storage;

/// <summary>Somebody who may use the API.</summary>
/// <param name="Role">One of admin, operator, viewer.</param>
/// <param name="MustChangePassword">The password was made for it and is good for choosing another only.</param>
public sealed record Person(string Name, string Role, bool Enabled, bool MustChangePassword, DateTimeOffset CreatedAt, DateTimeOffset? LastLoginAt);
