using Tandem.Configuration;
using Tandem.Net;

namespace Tandem.Http.Front;

/// <summary>What the web server serves.</summary>
internal sealed class WebFront
{
    public required WebOptions Options { get; init; }

    /// <summary>What HTTPS shows.</summary>
    public required TlsCertificates Certificates { get; init; }

    /// <summary>The pages.</summary>
    public required StaticFiles Pages { get; init; }

    /// <summary>For programs on this host; null: the API is not served here.</summary>
    public ApiContext? Api { get; init; }

    /// <summary>Where SIP goes that comes over <c>/ws</c>.</summary>
    public required SipTransports Sip { get; init; }
}
