using System.Net;

namespace Tandem.Media;

/// <summary>
/// One negotiated media stream to one peer: a handle to what a media loop owns. Any thread; methods leave a command for the loop and
/// return at once, commands are carried out in the order given, and those for a closed leg do nothing.
/// </summary>
public sealed class MediaLeg
{
    private readonly Action<LegCommand> _post;
    private readonly PublishedStatistics _statistics = new();
    private MediaLegSettings? _settings;
    private IceCredentials? _ice;

    /// <param name="id">Never used again: what is on its way for a closed leg finds nobody.</param>
    /// <param name="localRtp">Where its sockets are bound.</param>
    /// <param name="loopIndex">The loop that owns it.</param>
    /// <param name="ssrc">For all that it sends.</param>
    /// <param name="onEvent">Takes events on the loop's thread.</param>
    /// <param name="post">Leaves a command for the loop.</param>
    /// <param name="ice">Of a WebRTC leg.</param>
    internal MediaLeg(
        long id, IPEndPoint localRtp, int loopIndex, uint ssrc, Action<MediaEvent> onEvent, Action<LegCommand> post, IceCredentials? ice = null)
    {
        Id = id;
        LocalRtp = localRtp;
        LocalAddresses = [localRtp];
        LocalRtcp = ice is null ? new IPEndPoint(localRtp.Address, localRtp.Port + 1) : localRtp;
        _ice = ice;
        LoopIndex = loopIndex;
        Ssrc = ssrc;
        OnEvent = onEvent;
        _post = post;
    }

    /// <summary>Where the RTP socket is bound: an even port, or a loop's shared one. The address is the one asked for, so it may be 0.0.0.0.</summary>
    public IPEndPoint LocalRtp { get; }

    /// <summary>Every address that it can be reached on, the best first: more than one on a shared port of a host with several.</summary>
    public IReadOnlyList<IPEndPoint> LocalAddresses { get; init; }

    /// <summary>The odd port above <see cref="LocalRtp"/>; of a WebRTC leg the same port.</summary>
    public IPEndPoint LocalRtcp { get; }

    /// <summary>What our SDP says for ICE: the newest credentials; null: no WebRTC leg.</summary>
    public IceCredentials? Ice => Volatile.Read(ref _ice);

    /// <summary>The loop that owns this leg for its whole life.</summary>
    public int LoopIndex { get; }

    /// <summary>Our SSRC in everything that this leg sends.</summary>
    public uint Ssrc { get; }

    /// <summary>Counters as last published by the loop: at most a quarter of a second old while packets flow, final once closed.</summary>
    public LegStatistics Statistics => _statistics.Read();

    /// <summary>The codec that is sent; null before the first <see cref="Configure"/>.</summary>
    public AudioCodec? Codec => Volatile.Read(ref _settings)?.Codec;

    internal long Id { get; }

    internal Action<MediaEvent> OnEvent { get; }

    /// <summary>The loop's own: read and written on its thread alone; null before it opened and after it closed.</summary>
    internal LoopLeg? Owned { get; set; }

    /// <summary>Applies the result of an offer/answer exchange.</summary>
    public void Configure(MediaLegSettings settings)
    {
        Volatile.Write(ref _settings, settings);
        _post(new ConfigureLeg(this, settings));
    }

    /// <summary>New credentials for an offer that restarts ICE, or for the answer to one (RFC 8445 §9); those before stay valid until a pair of the new is chosen.</summary>
    /// <exception cref="InvalidOperationException">It is no WebRTC leg: our error.</exception>
    public IceCredentials RestartIce()
    {
        if (Ice is null) throw new InvalidOperationException("Only a WebRTC leg has ICE to restart.");
        var credentials = IceCredentials.Create();
        Volatile.Write(ref _ice, credentials);
        _post(new RestartIce(this, credentials));
        return credentials;
    }

    /// <summary>Appends to the play list, which plays without gaps. <see cref="PlayoutEnded"/> is raised for each entry.</summary>
    /// <param name="prompt">What to play.</param>
    /// <param name="playoutId">The caller's own number, handed back in the event.</param>
    /// <param name="loop">Start over at its end, until stopped or until another entry waits behind it.</param>
    /// <remarks>Before the first <see cref="Configure"/> it waits; on hold it runs on unheard; while connected it replaces the other leg's audio.</remarks>
    public void Play(Prompt prompt, int playoutId, bool loop = false)
    {
        if (Volatile.Read(ref _settings) is { } settings) prompt.For(settings.Codec);    // encoded here, not on the loop
        _post(new PlayPrompt(this, prompt, playoutId, loop));
    }

    /// <summary>Ends playing at once and empties the list; <see cref="PlayoutEnded"/> is raised for each entry, not completed.</summary>
    public void StopPlayout() => _post(new StopPlaying(this));

    /// <summary>Passes audio and keys to the other leg and back. Either may be on another loop. Replaces an earlier connection of either.</summary>
    public void Connect(MediaLeg other)
    {
        _post(new ConnectLeg(this, other));
        other._post(new ConnectLeg(other, this));
    }

    /// <summary>Ends the connection, on both legs.</summary>
    public void Disconnect() => _post(new DisconnectLeg(this, null));

    /// <summary>Sends one key as an RFC 4733 event, after those already under way. Nothing is sent where the peer takes no events.</summary>
    public void SendDigit(char digit, int durationMs = 160) => _post(new SendKey(this, digit, TimeSpan.FromMilliseconds(durationMs)));

    /// <summary>Copies what the leg receives and sends from now on into a tap, until it is removed or the leg is closed.</summary>
    internal void AddTap(LegTap tap) => _post(new AddTap(this, tap));

    /// <summary>Ends a tap; <see cref="LegTap.IsDetached"/> tells when the loop has let go of it.</summary>
    internal void RemoveTap(LegTap tap) => _post(new RemoveTap(this, tap));

    /// <summary>Sends RTCP BYE and closes the sockets; the ports rest for 5 s. Later commands do nothing.</summary>
    /// <param name="onClosed">Takes the final counters, on the loop's thread; called for every close, also of a closed leg.</param>
    public void Close(Action<LegStatistics>? onClosed = null) => _post(new CloseLeg(this, onClosed));

    internal void Post(LegCommand command) => _post(command);

    internal void Publish(in LegStatistics statistics) => _statistics.Publish(statistics);
}
