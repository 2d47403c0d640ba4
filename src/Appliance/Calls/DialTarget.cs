using Tandem.Net;

namespace Tandem.Calls;

/// <summary>One place to ring.</summary>
/// <param name="Uri">The whole SIP URI for the request line: a phone's Contact as it registered it (INTEROP 9).</param>
/// <param name="Flow">The flow that the phone registered over; null: resolve the URI.</param>
/// <param name="Route">Route values that lead there (RFC 3327), in order.</param>
/// <param name="User">Whose phone it is; null: not one of ours.</param>
/// <param name="Instance">The device by its +sip.instance (RFC 5626): several targets with one are ways to one device. Empty: not known.</param>
internal sealed record DialTarget(string Uri, SipFlow? Flow, IReadOnlyList<string> Route, string? User = null, string Instance = "")
{
    /// <summary>The targets by device, the order of both kept.</summary>
    public static IReadOnlyList<IReadOnlyList<DialTarget>> ByDevice(IReadOnlyList<DialTarget> targets)
    {
        List<List<DialTarget>> devices = [];
        foreach (DialTarget target in targets)
        {
            List<DialTarget>? known = target.Instance.Length == 0 ? null
                : devices.Find(device => device[0].Instance == target.Instance && device[0].User == target.User);
            if (known is null) devices.Add([target]);
            else known.Add(target);
        }
        return devices;
    }
}
