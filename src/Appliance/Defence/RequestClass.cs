namespace Tandem.Defence;

/// <summary>The kinds of messages that have limits of their own.</summary>
public enum RequestClass
{
    Invite,
    Register,
    Options,

    /// <summary>MESSAGE, SUBSCRIBE, PUBLISH, NOTIFY, REFER, and what is no SIP at all.</summary>
    Other,

    /// <summary>Responses, and requests that belong to a call: ACK, BYE, CANCEL, PRACK, UPDATE, INFO.</summary>
    InCall,

    /// <summary>A connection that somebody opens to us.</summary>
    Connection,
}
