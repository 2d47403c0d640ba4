namespace Sip.Core.Sdp;

/// <summary>Hands out payload types for an offer; within a session a number keeps its meaning (RFC 3264 §8.3.2).</summary>
internal sealed class PayloadTypes
{
    /// <summary>Events 0–15 of RFC 4733: the sixteen keys.</summary>
    public const string Digits = "0-15";


    private readonly IReadOnlyList<AudioFormat> _known;
    private readonly bool[] _taken = new bool[128];

    /// <param name="previous">Our audio m-line of the exchange before; null in a new session.</param>
    public PayloadTypes(SdpMedia? previous)
    {
        _known = previous?.AudioFormats() ?? [];
        foreach (AudioFormat format in _known) _taken[format.PayloadType] = true;
    }

    /// <summary>The format under the number that it has already, else under its own if free, else under a free dynamic one.</summary>
    public AudioFormat Assign(AudioFormat format)
    {
        foreach (AudioFormat known in _known)
        {
            if (known.SameCodec(format)) return format with { PayloadType = known.PayloadType };
        }

        int number = format.PayloadType;
        if (_taken[number])
        {
            // 96–127 first; 35–63 is what RFC 3551 leaves over when an offer is very long.
            for (number = 96; number < 128 && _taken[number]; number++) { }
            if (number == 128)
            {
                for (number = 35; number < 64 && _taken[number]; number++) { }
            }
        }

        _taken[number] = true;
        return format with { PayloadType = number };
    }

    /// <summary>Digits at a codec's clock, under the number that most give them: 101 where phones expect it, 110 as browsers do.</summary>
    public static AudioFormat TelephoneEvent(int clockRateHz) =>
        new(AudioFormat.TelephoneEvent, clockRateHz, 1, clockRateHz == 48_000 ? 110 : 101, Digits);
}
