namespace Sip.Core.Messages;

/// <summary>The header fields that we know by number. All others are <see cref="Unknown"/> and are kept by name.</summary>
public enum SipHeaderId : byte
{
    Unknown,
    Via, From, To, CallId, CSeq, Contact, MaxForwards, Route, RecordRoute, ContentType, ContentLength,
    Authorization, WwwAuthenticate, ProxyAuthorization, ProxyAuthenticate, AuthenticationInfo,
    Require, ProxyRequire, Supported, Unsupported, Allow, Expires, MinExpires, UserAgent, Server, Reason,
    SessionExpires, MinSE, RSeq, RAck, Path, ServiceRoute, Event, AllowEvents, SubscriptionState, Warning, RetryAfter,
    PAssertedIdentity, PPreferredIdentity, RemotePartyId, Privacy, Diversion, HistoryInfo, ReferTo, ReferredBy, ReferSub, Replaces, Join,
    Date, Accept, AcceptEncoding, AcceptLanguage, ContentEncoding, ContentDisposition, ContentLanguage, MimeVersion,
    AlertInfo, CallInfo, ErrorInfo, InReplyTo, Organization, Priority, ReplyTo, Subject, Timestamp,
    AcceptContact, RejectContact, RequestDisposition, SipETag, SipIfMatch, Identity,
}
