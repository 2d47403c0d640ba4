using System.Text;

namespace Sip.Core.Messages;

/// <summary>Names, compact forms (RFC 3261 §7.3.3 and extensions) and list-ness of the header fields.</summary>
public static class SipHeaders
{
    /// <summary>Number of members of <see cref="SipHeaderId"/>.</summary>
    internal static readonly int Count = Enum.GetValues<SipHeaderId>().Length;

    static readonly byte[][] _names = new byte[Count][];
    static readonly bool[] _lists = new bool[Count];
    static readonly SipHeaderId[] _compact = new SipHeaderId[26];
    static readonly SipHeaderId[] _buckets = new SipHeaderId[128];      // hash → first header of the chain
    static readonly SipHeaderId[] _nextInBucket = new SipHeaderId[Count];

    static SipHeaders()
    {
        _names[0] = [];
        Add(SipHeaderId.Via, "Via", 'v', list: true);
        Add(SipHeaderId.From, "From", 'f');
        Add(SipHeaderId.To, "To", 't');
        Add(SipHeaderId.CallId, "Call-ID", 'i');
        Add(SipHeaderId.CSeq, "CSeq");
        Add(SipHeaderId.Contact, "Contact", 'm', list: true);
        Add(SipHeaderId.MaxForwards, "Max-Forwards");
        Add(SipHeaderId.Route, "Route", list: true);
        Add(SipHeaderId.RecordRoute, "Record-Route", list: true);
        Add(SipHeaderId.ContentType, "Content-Type", 'c');
        Add(SipHeaderId.ContentLength, "Content-Length", 'l');
        Add(SipHeaderId.Authorization, "Authorization");
        Add(SipHeaderId.WwwAuthenticate, "WWW-Authenticate");
        Add(SipHeaderId.ProxyAuthorization, "Proxy-Authorization");
        Add(SipHeaderId.ProxyAuthenticate, "Proxy-Authenticate");
        Add(SipHeaderId.AuthenticationInfo, "Authentication-Info");
        Add(SipHeaderId.Require, "Require", list: true);
        Add(SipHeaderId.ProxyRequire, "Proxy-Require", list: true);
        Add(SipHeaderId.Supported, "Supported", 'k', list: true);
        Add(SipHeaderId.Unsupported, "Unsupported", list: true);
        Add(SipHeaderId.Allow, "Allow", list: true);
        Add(SipHeaderId.Expires, "Expires");
        Add(SipHeaderId.MinExpires, "Min-Expires");
        Add(SipHeaderId.UserAgent, "User-Agent");
        Add(SipHeaderId.Server, "Server");
        Add(SipHeaderId.Reason, "Reason", list: true);
        Add(SipHeaderId.SessionExpires, "Session-Expires", 'x');
        Add(SipHeaderId.MinSE, "Min-SE");
        Add(SipHeaderId.RSeq, "RSeq");
        Add(SipHeaderId.RAck, "RAck");
        Add(SipHeaderId.Path, "Path", list: true);
        Add(SipHeaderId.ServiceRoute, "Service-Route", list: true);
        Add(SipHeaderId.Event, "Event", 'o');
        Add(SipHeaderId.AllowEvents, "Allow-Events", 'u', list: true);
        Add(SipHeaderId.SubscriptionState, "Subscription-State");
        Add(SipHeaderId.Warning, "Warning", list: true);
        Add(SipHeaderId.RetryAfter, "Retry-After");
        Add(SipHeaderId.PAssertedIdentity, "P-Asserted-Identity", list: true);
        Add(SipHeaderId.PPreferredIdentity, "P-Preferred-Identity", list: true);
        Add(SipHeaderId.RemotePartyId, "Remote-Party-ID", list: true);
        Add(SipHeaderId.Privacy, "Privacy");
        Add(SipHeaderId.Diversion, "Diversion", list: true);
        Add(SipHeaderId.HistoryInfo, "History-Info", list: true);
        Add(SipHeaderId.ReferTo, "Refer-To", 'r');
        Add(SipHeaderId.ReferredBy, "Referred-By", 'b');
        Add(SipHeaderId.ReferSub, "Refer-Sub");
        Add(SipHeaderId.Replaces, "Replaces");
        Add(SipHeaderId.Join, "Join");
        Add(SipHeaderId.Date, "Date");
        Add(SipHeaderId.Accept, "Accept", list: true);
        Add(SipHeaderId.AcceptEncoding, "Accept-Encoding", list: true);
        Add(SipHeaderId.AcceptLanguage, "Accept-Language", list: true);
        Add(SipHeaderId.ContentEncoding, "Content-Encoding", 'e', list: true);
        Add(SipHeaderId.ContentDisposition, "Content-Disposition");
        Add(SipHeaderId.ContentLanguage, "Content-Language", list: true);
        Add(SipHeaderId.MimeVersion, "MIME-Version");
        Add(SipHeaderId.AlertInfo, "Alert-Info", list: true);
        Add(SipHeaderId.CallInfo, "Call-Info", list: true);
        Add(SipHeaderId.ErrorInfo, "Error-Info", list: true);
        Add(SipHeaderId.InReplyTo, "In-Reply-To", list: true);
        Add(SipHeaderId.Organization, "Organization");
        Add(SipHeaderId.Priority, "Priority");
        Add(SipHeaderId.ReplyTo, "Reply-To");
        Add(SipHeaderId.Subject, "Subject", 's');
        Add(SipHeaderId.Timestamp, "Timestamp");
        Add(SipHeaderId.AcceptContact, "Accept-Contact", 'a', list: true);
        Add(SipHeaderId.RejectContact, "Reject-Contact", 'j', list: true);
        Add(SipHeaderId.RequestDisposition, "Request-Disposition", 'd', list: true);
        Add(SipHeaderId.SipETag, "SIP-ETag");
        Add(SipHeaderId.SipIfMatch, "SIP-If-Match");
        Add(SipHeaderId.Identity, "Identity", 'y');
    }

    static void Add(SipHeaderId id, string name, char compact = '\0', bool list = false)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(name);
        _names[(int)id] = bytes;
        _lists[(int)id] = list;
        if (compact != '\0') _compact[compact - 'a'] = id;
        int bucket = Bucket(bytes);
        _nextInBucket[(int)id] = _buckets[bucket];
        _buckets[bucket] = id;
    }

    static int Bucket(ReadOnlySpan<byte> name) => (name.Length * 7 + (name[0] | 0x20) * 3 + (name[^1] | 0x20) * 5) & 127;

    /// <summary>Finds a header by its full or compact name, ignoring case.</summary>
    public static SipHeaderId Find(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return SipHeaderId.Unknown;
        if (name.Length == 1) return char.IsAsciiLetter((char)name[0]) ? _compact[(name[0] | 0x20) - 'a'] : SipHeaderId.Unknown;
        for (SipHeaderId id = _buckets[Bucket(name)]; id != SipHeaderId.Unknown; id = _nextInBucket[(int)id])
            if (Ascii.EqualsIgnoreCase(name, _names[(int)id])) return id;
        return SipHeaderId.Unknown;
    }

    /// <summary>The full name; empty for <see cref="SipHeaderId.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> NameOf(SipHeaderId id) => _names[(int)id];

    /// <summary>True where a comma separates values of the field (RFC 3261 §7.3.1), so one line may hold several.</summary>
    public static bool IsList(SipHeaderId id) => _lists[(int)id];

    /// <summary>True where a second line of the field makes the message ambiguous and therefore bad (RFC 3261 §20; RFC 4475 §3.3.8,
    /// §3.3.9).</summary>
    public static bool IsSingle(SipHeaderId id) => id is SipHeaderId.From or SipHeaderId.To or SipHeaderId.CallId or SipHeaderId.CSeq
        or SipHeaderId.MaxForwards or SipHeaderId.ContentLength or SipHeaderId.ContentType;
}
