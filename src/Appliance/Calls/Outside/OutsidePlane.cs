namespace Tandem.Calls.Outside;

/// <summary>What calls to the outside work with.</summary>
internal sealed class OutsidePlane
{
    /// <summary>A number outside, ready to be rung; null: the call may not go there.</summary>
    /// <param name="refused">Why not.</param>
#pragma warning disable CA1822
    public IBranch? Open(CallServices services, Call call, string number, Authority authority, out DialResult refused)
    {
        refused = DialResult.NotAnswered(404) with { CallerStatus = 404, Why = "No such number" };
        return null;
    }
}
