namespace Codecs.ComfortNoise;

/// <summary>The numbers of RFC 3389 §3: a level, and reflection coefficients in steps of 258 / 32768.</summary>
internal static class ComfortNoisePayload
{
    public const int MaxOrder = 12;            // a peer's further coefficients say little and are passed over

    private const int Middle = 127;
    private const float Step = 258f / 32768;
    private const float Overload = 32767;      // a square wave of full scale is 0 dBov

    /// <summary>Root mean square of the samples at a level octet, in dBov without its sign.</summary>
    public static float Rms(byte level) => Overload * MathF.Pow(10, -(level & 0x7F) / 20f);

    public static byte Level(float rms) => (byte)Math.Clamp(MathF.Round(-20 * MathF.Log10(Math.Max(rms, 1e-3f) / Overload)), 0, 127);

    public static float Reflection(byte octet) => Math.Clamp((octet - Middle) * Step, -0.995f, 0.995f);

    public static byte Octet(float reflection) => (byte)Math.Clamp(Middle + MathF.Round(reflection / Step), 0, 254);
}
