using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>What a number means: extensions first, then user names.</summary>
internal sealed class DialPlan(CallServices services)
{
    /// <summary>What a dialled number rings; null: nothing of ours.</summary>
    public Extension? Find(string number) => services.Directory.FindExtension(number)
        ?? (services.Directory.FindUser(number) is { } user ? new Extension(number, ExtensionKind.User, user.Name) : null);

    /// <summary>Where to ring for an extension, a user, or a SIP URI that an operator wrote into a menu; empty: nowhere.</summary>
    /// <remarks>Never call it with a stranger's URI: it dials whatever it is given.</remarks>
    public IReadOnlyList<DialTarget> Targets(string number)
    {
        if (number.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) || number.StartsWith("sips:", StringComparison.OrdinalIgnoreCase))
            return [new DialTarget(number, null, [])];
        return Find(number) is { Kind: ExtensionKind.User, Target: var user } ? services.Contacts(user) : [];
    }
}
