using Srtp;

namespace Tandem.Media;

/// <summary>SRTP of one leg: what is sent is protected last, what is received is unprotected first. Plain until keys are agreed.</summary>
/// <remarks>
/// A key that a new agreement repeats keeps its counters, even across a time without SRTP: the same key from its beginning would send
/// other words under the same key stream. Another key starts anew.
/// </remarks>
internal sealed class LegSecurity : IDisposable
{
    private Outward? _outward;
    private Inward? _inward;

    /// <summary>Everything goes protected, and nothing else is taken.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Packets whose tag did not fit: forged, damaged, plain, or under another key.</summary>
    public long NotAuthentic { get; private set; }

    /// <summary>Packets that had come before, or come too late to know.</summary>
    public long Replayed { get; private set; }

    /// <param name="settings">The keys; null: none.</param>
    /// <param name="awaited">There will be keys. Until then nothing goes out and nothing is taken, as if every tag did not fit.</param>
    public void Configure(SrtpSettings? settings, bool awaited = false)
    {
        IsActive = settings is not null || awaited;
        if (awaited) Dispose();
        if (settings is null) return;
        ProfileParameters profile = Profiles.Find(settings.Profile) ?? throw new ArgumentException($"{settings.Profile} is not spoken here.", nameof(settings));
        if (_outward?.Key.Is(profile, settings.SendKey) != true)
        {
            _outward?.Dispose();
            _outward = new Outward(new Key(profile, settings.SendKey));
        }
        if (_inward?.Key.Is(profile, settings.ReceiveKey) != true)
        {
            _inward?.Dispose();
            _inward = new Inward(new Key(profile, settings.ReceiveKey));
        }
    }

    /// <summary>Brings into the processor's cache what <see cref="Unprotect"/> will need.</summary>
    public long TouchReceiving() => _inward?.Rtp.Touch() ?? 0;

    /// <summary>The same for <see cref="ProtectRtp"/>.</summary>
    public long TouchSending() => _outward?.Rtp.Touch() ?? 0;

    /// <summary>Verifies and decrypts in place.</summary>
    /// <returns>The plain packet, at the start of the same bytes; empty: counted, to be dropped.</returns>
    public Span<byte> Unprotect(Span<byte> datagram, bool isRtcp)
    {
        if (_inward is null)
        {
            NotAuthentic++;
            return default;
        }
        SrtpResult result = isRtcp
            ? _inward.Rtcp.TryUnprotect(datagram, out int length)
            : _inward.Rtp.TryUnprotect(datagram, out length);
        if (result == SrtpResult.Replayed) Replayed++;
        else if (result != SrtpResult.Ok) NotAuthentic++;
        return datagram[..length];
    }

    /// <summary>Encrypts and signs in place; where the leg is plain, leaves it as it is.</summary>
    /// <param name="packet">The packet and room for the tag behind it.</param>
    /// <param name="length">Of the packet.</param>
    /// <returns>Its new length; 0: it must not be sent.</returns>
    public int ProtectRtp(Span<byte> packet, int length)
    {
        if (!IsActive) return length;
        if (_outward is null) return 0;
        _outward.Rtp.TryProtect(packet, length, out length);
        return length;
    }

    /// <inheritdoc cref="ProtectRtp"/>
    public int ProtectRtcp(Span<byte> packet, int length)
    {
        if (!IsActive || length == 0) return length;
        if (_outward is null) return 0;
        _outward.Rtcp.TryProtect(packet, length, out length);
        return length;
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        _outward?.Dispose();
        _inward?.Dispose();
        (_outward, _inward) = (null, null);
    }

    private readonly record struct Key(ProfileParameters Profile, byte[] Bytes)
    {
        public bool Is(ProfileParameters profile, byte[] bytes) => ReferenceEquals(profile, Profile) && bytes.AsSpan().SequenceEqual(Bytes);
    }

    private sealed class Outward(Key key) : IDisposable
    {
        private SrtcpSender? _rtcp;

        public Key Key { get; } = key;

        public SrtpSender Rtp { get; } = new(key.Profile, key.Bytes);

        /// <summary>Made when there is a first report: a crowd of legs that get their keys at once has other things to do.</summary>
        public SrtcpSender Rtcp => _rtcp ??= new SrtcpSender(Key.Profile, Key.Bytes);

        public void Dispose()
        {
            Rtp.Dispose();
            _rtcp?.Dispose();
        }
    }

    private sealed class Inward(Key key) : IDisposable
    {
        private SrtcpReceiver? _rtcp;

        public Key Key { get; } = key;

        public SrtpReceiver Rtp { get; } = new(key.Profile, key.Bytes);

        /// <inheritdoc cref="Outward.Rtcp"/>
        public SrtcpReceiver Rtcp => _rtcp ??= new SrtcpReceiver(Key.Profile, Key.Bytes);

        public void Dispose()
        {
            Rtp.Dispose();
            _rtcp?.Dispose();
        }
    }
}
