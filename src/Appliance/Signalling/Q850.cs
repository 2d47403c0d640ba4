using System.Text;
using Sip.Core.Grammar;

namespace Tandem.Signalling;

/// <summary>Causes of Q.850 and SIP statuses in terms of each other (RFC 3398 §7.2.4.1 and §8.2.6.1), and the Reason field that carries them (RFC 3326).</summary>
internal static class Q850
{
    public const int Unallocated = 1, NormalClearing = 16, UserBusy = 17, NoAnswer = 19, Rejected = 21, NoCircuit = 34, TemporaryFailure = 41, TimerExpired = 102;

    /// <summary>The status that tells a SIP caller what a cause means; 0: the cause says nothing of use.</summary>
    public static int StatusOf(int cause) => cause switch
    {
        1 or 2 or 3 or 26 => 404,
        17 => 486,
        18 => 408,
        19 or 20 or 31 => 480,
        21 or 55 or 57 or 87 => 403,
        22 or 23 => 410,
        27 => 502,
        28 => 484,
        29 or 79 => 501,
        34 or 38 or 41 or 42 or 47 or 58 or 88 => 503,
        65 or 70 => 488,
        102 => 504,
        111 or 127 => 500,
        _ => 0,
    };

    /// <summary>The cause that tells a telephone network what a final status of 300 or more means.</summary>
    public static int CauseOf(int status) => status switch
    {
        404 or 485 or 604 => 1,
        486 or 600 => 17,
        480 => 18,
        401 or 402 or 403 or 407 or 603 or 607 => 21,
        410 => 22,
        482 or 483 => 25,
        484 => 28,
        487 or 488 or 606 => 31,
        502 => 38,
        406 or 415 or 501 => 79,
        405 => 63,
        408 or 504 => 102,
        400 or 481 or 500 or 503 => 41,
        _ => 127,
    };

    /// <summary>The cause in one value of a Reason field; 0: it is of another protocol or holds none.</summary>
    public static int CauseIn(string reason)
    {
        int semicolon = reason.IndexOf(';', StringComparison.Ordinal);
        if (semicolon < 0 || !reason.AsSpan(0, semicolon).Trim().Equals("Q.850", StringComparison.OrdinalIgnoreCase)) return 0;
        var parameters = new SipParameters(Encoding.UTF8.GetBytes(reason[semicolon..]));
        return parameters.TryGet("cause"u8, out ReadOnlySpan<byte> cause) && SipGrammar.TryNumber(cause, 127, out uint number) ? (int)number : 0;
    }

    /// <summary>True where the cause is about the called party, so that another way to it ends the same.</summary>
    public static bool IsOfTheCalled(int cause) => cause is 1 or 16 or 17 or 18 or 19 or 20 or 21 or 22 or 28;

    /// <summary>A value of the Reason field.</summary>
    public static string Reason(int cause) => $"Q.850;cause={cause};text=\"{Text(cause)}\"";

    private static string Text(int cause) => cause switch
    {
        1 => "Unallocated number",
        16 => "Normal call clearing",
        17 => "User busy",
        18 => "No user responding",
        19 => "No answer from user",
        21 => "Call rejected",
        22 => "Number changed",
        25 => "Exchange routing error",
        28 => "Invalid number format",
        31 => "Normal, unspecified",
        34 => "No circuit available",
        38 => "Network out of order",
        41 => "Temporary failure",
        63 => "Service not available",
        79 => "Service not implemented",
        102 => "Recovery on timer expiry",
        _ => "Interworking, unspecified",
    };
}
