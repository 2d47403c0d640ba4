using System.Net;

namespace Tandem.Media;

/// <summary>
/// One negotiated media stream to one peer: a handle to what a media loop owns. Any thread; methods leave a command for the loop and
/// return at once, commands are carried out in the order given, and those for a closed leg do nothing.
/// </summary>
#pragma warning disable CA1822    // members gain their state with the media loop
public sealed class MediaLeg
{
    internal MediaLeg(IPEndPoint localRtp, IPEndPoint localRtcp, int loopIndex, uint ssrc)
    {
        LocalRtp = localRtp;
        LocalRtcp = localRtcp;
        LoopIndex = loopIndex;
        Ssrc = ssrc;
    }

    /// <summary>Where the RTP socket is bound. The address is the one asked for, so it may be 0.0.0.0.</summary>
    public IPEndPoint LocalRtp { get; }

    /// <summary>The odd port above <see cref="LocalRtp"/>.</summary>
    public IPEndPoint LocalRtcp { get; }

    /// <summary>The loop that owns this leg for its whole life.</summary>
    public int LoopIndex { get; }

    /// <summary>Our SSRC in everything that this leg sends.</summary>
    public uint Ssrc { get; }

    /// <summary>Counters as last published by the loop: at most a quarter of a second old while packets flow, final once closed.</summary>
    public LegStatistics Statistics => default;

    /// <summary>Applies the result of an offer/answer exchange.</summary>
    public void Configure(MediaLegSettings settings) { }

    /// <summary>Appends to the play list, which plays without gaps. <see cref="PlayoutEnded"/> is raised for each entry.</summary>
    /// <param name="prompt">What to play.</param>
    /// <param name="playoutId">The caller's own number, handed back in the event.</param>
    /// <param name="loop">Start over at its end until stopped; entries behind it wait.</param>
    /// <remarks>Before the first <see cref="Configure"/> it waits; on hold it runs on unheard; while connected it replaces the other leg's audio.</remarks>
    public void Play(Prompt prompt, int playoutId, bool loop = false) { }

    /// <summary>Ends playing at once and empties the list; <see cref="PlayoutEnded"/> is raised for each entry, not completed.</summary>
    public void StopPlayout() { }

    /// <summary>Passes audio and keys to the other leg and back. Either may be on another loop. Replaces an earlier connection of either.</summary>
    public void Connect(MediaLeg other) { }

    /// <summary>Ends the connection, on both legs.</summary>
    public void Disconnect() { }

    /// <summary>Sends one key as an RFC 4733 event, after those already under way. Nothing is sent where the peer takes no events.</summary>
    public void SendDigit(char digit, int durationMs = 160) { }

    /// <summary>Sends RTCP BYE and closes the sockets; the ports rest for 5 s. Only the first call counts.</summary>
    /// <param name="onClosed">Final counters, on the loop's thread; null: nobody cares.</param>
    public void Close(Action<LegStatistics>? onClosed = null) { }
}
