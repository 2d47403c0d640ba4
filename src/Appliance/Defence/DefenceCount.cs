namespace Tandem.Defence;

/// <summary>What is counted.</summary>
public enum DefenceCount
{
    /// <summary>Datagrams, messages and connections of banned sources.</summary>
    Banned,

    /// <summary>Messages of a source over its rate.</summary>
    TooFast,

    /// <summary>Messages of strangers over the rate of all strangers.</summary>
    Strangers,

    /// <summary>Requests that showed the marks of a scanner.</summary>
    Scanners,

    /// <summary>Connections opened too fast.</summary>
    Connections,

    WrongPasswords,
    SourceBans,
    AccountBans,
}
