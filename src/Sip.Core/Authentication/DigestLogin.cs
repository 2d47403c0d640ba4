namespace Sip.Core.Authentication;

/// <summary>Who we are to a server that challenges us.</summary>
/// <param name="User">User name.</param>
/// <param name="Password">A secret: never printed or logged.</param>
/// <param name="Realm">The only realm whose challenges are answered; null: that of the first challenge.</param>
public sealed record DigestLogin(string User, string Password, string? Realm = null)
{
    /// <summary>The user: the rest is secret.</summary>
    public override string ToString() => User;
}
