using Tandem.Storage;

namespace Tandem.Calls;

/// <summary>What a number means: extensions first, then user names.</summary>
internal sealed class DialPlan(CallServices services)
{
    /// <summary>What a dialled number rings; null: nothing of ours.</summary>
    public Extension? Find(string number) => services.Directory.FindExtension(number)
        ?? (services.Directory.FindUser(number) is { } user ? new Extension(number, ExtensionKind.User, user.Name) : null);

    /// <summary>Where the devices of a user are, by its name or an extension of it; empty: nowhere.</summary>
    public IReadOnlyList<DialTarget> Targets(string number) =>
        Find(number) is { Kind: ExtensionKind.User, Target: var user } ? services.Contacts(user) : [];

    /// <summary>An operator may write a SIP URI where a number stands.</summary>
    public static bool IsUri(string number) =>
        number.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) || number.StartsWith("sips:", StringComparison.OrdinalIgnoreCase);
}
