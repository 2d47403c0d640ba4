namespace Sip.Core.Sdp;

/// <summary>Direction of one media stream, seen by the side whose description says it (RFC 8866 §6.7).</summary>
public enum MediaDirection : byte
{
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

public static class MediaDirections
{
    public static bool Sends(this MediaDirection direction) => direction is MediaDirection.SendRecv or MediaDirection.SendOnly;

    public static bool Receives(this MediaDirection direction) => direction is MediaDirection.SendRecv or MediaDirection.RecvOnly;

    public static MediaDirection Of(bool sends, bool receives) => (sends, receives) switch
    {
        (true, true) => MediaDirection.SendRecv,
        (true, false) => MediaDirection.SendOnly,
        (false, true) => MediaDirection.RecvOnly,
        _ => MediaDirection.Inactive,
    };

    /// <summary>The same stream seen from the other side.</summary>
    public static MediaDirection Reversed(this MediaDirection direction) => Of(direction.Receives(), direction.Sends());

    /// <summary>What both allow.</summary>
    public static MediaDirection And(this MediaDirection direction, MediaDirection other) =>
        Of(direction.Sends() && other.Sends(), direction.Receives() && other.Receives());

    /// <summary>The attribute's name.</summary>
    public static string Name(this MediaDirection direction) => direction switch
    {
        MediaDirection.SendRecv => "sendrecv",
        MediaDirection.SendOnly => "sendonly",
        MediaDirection.RecvOnly => "recvonly",
        _ => "inactive",
    };

    public static bool TryParse(string name, out MediaDirection direction)
    {
        for (direction = MediaDirection.SendRecv; direction <= MediaDirection.Inactive; direction++)
        {
            if (name.Equals(direction.Name(), StringComparison.OrdinalIgnoreCase)) return true;
        }

        direction = MediaDirection.SendRecv;
        return false;
    }
}
