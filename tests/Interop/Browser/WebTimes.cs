namespace Interop.Browser;

/// <summary>Times of a call on the page's clock, in milliseconds: the INVITE with its credentials, its 200, the first frame of sound.</summary>
public sealed record WebTimes(double Invite, double Ok, double Sound)
{
    public double InviteToOk => Ok - Invite;

    public double OkToSound => Sound - Ok;
}
