namespace Tandem.Storage;

/// <summary>What a number rings.</summary>
public enum ExtensionKind
{
    /// <summary>The phones registered as a user.</summary>
    User,

    /// <summary>A spoken menu.</summary>
    Menu,

    /// <summary>An available agent of a list of agent extensions.</summary>
    Agents,

    /// <summary>The members of a ring group.</summary>
    Group,
}
