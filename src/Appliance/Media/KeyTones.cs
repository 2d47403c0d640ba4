using Codecs.Tones;
using Rtp.Core.Payloads;

namespace Tandem.Media;

/// <summary>Keys as sound, for a peer that takes no events: the two frequencies of ITU-T Q.23, a pause behind each.</summary>
/// <remarks>One owner; allocates only when made.</remarks>
internal sealed class KeyTones
{
    private const int Capacity = 64;
    private const int ShortestMs = 80, PauseMs = 60, RampsPerSecond = 400;    // Q.24: 40 ms are heard everywhere, and what is lost on the way counts
    private const double Volume = -TelephoneEventSender.DefaultVolume;

    private readonly (char Key, int Ms)[] _queue = new (char, int)[Capacity];
    private int _head;
    private int _count;
    private long _at;              // samples of the first key so far
    private bool _liveIsLast;      // the last key's length is still being told

    /// <summary>Whether a key sounds or waits.</summary>
    public bool IsBusy => _count > 0;

    /// <summary>Queues a key; another character or one too many is passed over.</summary>
    public void Press(char key, TimeSpan duration)
    {
        if (_count == Capacity || !DtmfKeys.TryFrequencies(key, out _, out _)) return;
        _queue[(_head + _count++) % Capacity] = (key, Clamp(duration));
        _liveIsLast = false;
    }

    /// <summary>Queues a key that is still held down.</summary>
    public void Hold(char key, TimeSpan soFar)
    {
        int before = _count;
        Press(key, soFar);
        _liveIsLast = _count > before;
    }

    /// <summary>The held key lasts this long altogether; one that has sounded out already is over.</summary>
    public void Extend(TimeSpan duration)
    {
        if (!_liveIsLast || _count == 0) return;
        ref (char Key, int Ms) last = ref _queue[(_head + _count - 1) % Capacity];
        last.Ms = Math.Max(last.Ms, Clamp(duration));
    }

    /// <summary>The next samples; silence where nothing is left.</summary>
    public void Fill(Span<short> pcm, int rateHz)
    {
        pcm.Clear();
        while (!pcm.IsEmpty && _count > 0)
        {
            (char key, int ms) = _queue[_head];
            long length = (long)ms * rateHz / 1000, whole = length + PauseMs * rateHz / 1000;
            int sounding = (int)Math.Clamp(length - _at, 0, pcm.Length);
            Sound(pcm[..sounding], key, length, rateHz);
            int taken = (int)Math.Min(pcm.Length, whole - _at);
            pcm = pcm[taken..];
            _at += taken;
            if (_at < whole) continue;
            _at = 0;
            _head = (_head + 1) % Capacity;
            _count--;
        }
    }

    private void Sound(Span<short> pcm, char key, long length, int rateHz)
    {
        DtmfKeys.TryFrequencies(key, out double low, out double high);
        double peak = new ToneStep(low, high, 0, Volume).Peak;
        int ramp = rateHz / RampsPerSecond;
        for (int i = 0; i < pcm.Length; i++)
        {
            long at = _at + i;
            double time = 2 * Math.PI * at / rateHz, edge = Math.Min(1, (double)Math.Min(at + 1, length - at) / ramp);
            pcm[i] = (short)Math.Round(peak * edge * (Math.Sin(low * time) + Math.Sin(high * time)));
        }
    }

    private static int Clamp(TimeSpan duration) => (int)Math.Clamp(duration.TotalMilliseconds, ShortestMs, 60_000);
}
