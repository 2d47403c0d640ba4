namespace Tandem.Http.Access;

/// <summary>What a person may do; each includes those before it.</summary>
public enum ApiRole
{
    /// <summary>Nobody in particular: not logged in.</summary>
    None,

    /// <summary>Sees everything but people and the audit log.</summary>
    Viewer,

    /// <summary>Handles what goes on: calls, registrations, agents' availability.</summary>
    Operator,

    /// <summary>Changes everything.</summary>
    Admin,
}
