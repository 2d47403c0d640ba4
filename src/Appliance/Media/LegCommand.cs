namespace Tandem.Media;

/// <summary>Something that a leg's loop is asked to do: a link of <see cref="CommandQueue"/>.</summary>
internal abstract class LegCommand(MediaLeg leg)
{
    public MediaLeg Leg { get; } = leg;

    public LegCommand? Next { get; set; }
}

internal sealed class OpenLeg(MediaLeg leg, string callId, BoundPair sockets, int[]? sharedSockets = null) : LegCommand(leg)
{
    /// <summary>With which a WebRTC leg begins.</summary>
    public IceCredentials? Ice { get; } = leg.Ice;

    /// <summary>Which sockets of the loop's shared port it can be reached on, the best first; empty: it has its own.</summary>
    public int[] SharedSockets { get; } = sharedSockets ?? [];

    public string CallId { get; } = callId;

    /// <summary>Owned by whoever carries the command out; without meaning where it has none of its own.</summary>
    public BoundPair Sockets { get; } = sockets;
}

internal sealed class ConfigureLeg(MediaLeg leg, MediaLegSettings settings) : LegCommand(leg)
{
    public MediaLegSettings Settings { get; } = settings;
}

/// <summary>Checks may be made with new credentials; those before stay valid until a pair of the new ones is chosen.</summary>
internal sealed class RestartIce(MediaLeg leg, IceCredentials credentials) : LegCommand(leg)
{
    public IceCredentials Credentials { get; } = credentials;
}

internal sealed class PlayPrompt(MediaLeg leg, Prompt prompt, int playoutId, bool loop) : LegCommand(leg)
{
    public Prompt Prompt { get; } = prompt;

    public int PlayoutId { get; } = playoutId;

    public bool Loop { get; } = loop;
}

internal sealed class StopPlaying(MediaLeg leg) : LegCommand(leg);

/// <summary>One direction: what <see cref="LegCommand.Leg"/> receives goes to <see cref="Target"/>.</summary>
internal sealed class ConnectLeg(MediaLeg leg, MediaLeg target) : LegCommand(leg)
{
    public MediaLeg Target { get; } = target;
}

/// <summary>Takes the connection back, if it is to <see cref="Target"/>; null: whatever it is to, and the way back with it.</summary>
internal sealed class DisconnectLeg(MediaLeg leg, MediaLeg? target) : LegCommand(leg)
{
    public MediaLeg? Target { get; } = target;
}

internal sealed class SendKey(MediaLeg leg, char key, TimeSpan duration) : LegCommand(leg)
{
    public char Key { get; } = key;

    public TimeSpan Duration { get; } = duration;
}

internal sealed class AddTap(MediaLeg leg, LegTap tap) : LegCommand(leg)
{
    public LegTap Tap { get; } = tap;
}

internal sealed class RemoveTap(MediaLeg leg, LegTap tap) : LegCommand(leg)
{
    public LegTap Tap { get; } = tap;
}

internal sealed class CloseLeg(MediaLeg leg, Action<LegStatistics>? onClosed) : LegCommand(leg)
{
    public Action<LegStatistics>? OnClosed { get; } = onClosed;
}
