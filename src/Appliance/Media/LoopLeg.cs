namespace Tandem.Media;

/// <summary>A leg as its loop keeps it.</summary>
/// <remarks>
/// Its deadline is set, or an earlier one: a deadline that moved back (the peer was heard) is found out when the old one comes, so a
/// packet that is merely passed on never moves it.
/// </remarks>
internal sealed class LoopLeg(MediaLeg handle, LegMachine machine, PortPair ports, int slot)
{
    public MediaLeg Handle { get; } = handle;

    public LegMachine Machine { get; } = machine;

    public PortPair Ports { get; } = ports;

    /// <summary>Its place in the loop; its sockets' numbers are derived from it.</summary>
    public int Slot { get; } = slot;

    /// <summary>Who gets what this leg receives; null: nobody.</summary>
    public MediaLeg? Target { get; set; }

    /// <summary>The way to a target on another loop; null where it is on this one.</summary>
    public FrameRing<LinkedFrame>? Ring { get; set; }

    /// <summary>What leads to it on the shared port; null: it has sockets of its own.</summary>
    public SharedEntries? Shared { get; init; }

    /// <summary>When its counters are published next.</summary>
    public TimeSpan PublishAt { get; set; }

    /// <summary>The socket that a packet leaves from.</summary>
    public int SocketOf(MediaComponent component) => Machine.Ice is { } ice ? ice.PathSocket : Socket(Slot, component);

    public static int Socket(int slot, MediaComponent component) => (slot << 1) | (int)component;

    public static int SlotOf(int socket) => socket >> 1;

    public static MediaComponent ComponentOf(int socket) => (MediaComponent)(socket & 1);
}
