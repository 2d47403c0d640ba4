namespace Codecs.G711;

/// <summary>The tables, filled once from the arithmetic of ITU-T G.191's G.711 module.</summary>
internal static class G711Tables
{
    private static readonly byte[] s_linearToMuLaw = new byte[1 << 14];    // µ-law looks at 14 of the 16 bits
    private static readonly byte[] s_linearToALaw = new byte[1 << 12];     // A-law at 12
    private static readonly short[] s_muLawToLinear = new short[256];
    private static readonly short[] s_aLawToLinear = new short[256];
    private static readonly byte[] s_muLawToALaw = new byte[256];
    private static readonly byte[] s_aLawToMuLaw = new byte[256];

    static G711Tables()
    {
        for (int i = 0; i < s_linearToMuLaw.Length; i++) s_linearToMuLaw[i] = MuLawOf(unchecked((short)(i << 2)));
        for (int i = 0; i < s_linearToALaw.Length; i++) s_linearToALaw[i] = ALawOf(unchecked((short)(i << 4)));
        for (int i = 0; i < 256; i++)
        {
            s_muLawToLinear[i] = LinearOfMuLaw((byte)i);
            s_aLawToLinear[i] = LinearOfALaw((byte)i);
        }

        for (int i = 0; i < 128; i++)
        {
            s_muLawToALaw[0xFF ^ i] = (byte)(0xD5 ^ ALawNumber(i));
            s_muLawToALaw[0x7F ^ i] = (byte)(0x55 ^ ALawNumber(i));
            s_aLawToMuLaw[0xD5 ^ i] = (byte)(0xFF ^ MuLawNumber(i));
            s_aLawToMuLaw[0x55 ^ i] = (byte)(0x7F ^ MuLawNumber(i));
        }
    }

    public static ReadOnlySpan<byte> FromLinearToMuLaw => s_linearToMuLaw;

    public static ReadOnlySpan<byte> FromLinearToALaw => s_linearToALaw;

    public static ReadOnlySpan<short> FromMuLawToLinear => s_muLawToLinear;

    public static ReadOnlySpan<short> FromALawToLinear => s_aLawToLinear;

    public static ReadOnlySpan<byte> FromMuLawToALaw => s_muLawToALaw;

    public static ReadOnlySpan<byte> FromALawToMuLaw => s_aLawToMuLaw;

    // Tables 3 and 4 of G.711 as runs of character numbers, counted from 0. Decoding and encoding again would differ from them
    // where a level lies halfway between two of the other law, and would turn the negative zero of µ-law positive.
    private static int ALawNumber(int muLaw) => muLaw switch
    {
        < 16 => muLaw / 2,
        < 32 => muLaw - 8,
        < 36 => 2 * muLaw - 40,
        < 48 => muLaw - 4,
        48 => 45,
        < 64 => muLaw - 2,
        < 81 => muLaw - 1,
        _ => muLaw,
    };

    private static int MuLawNumber(int aLaw) => aLaw switch
    {
        < 8 => 2 * aLaw + 1,
        < 24 => aLaw + 8,
        < 32 => 20 + aLaw / 2,
        < 44 => aLaw + 4,
        < 48 => 26 + aLaw / 2,
        < 62 => aLaw + 2,
        < 64 => 64,
        < 80 => aLaw + 1,
        _ => aLaw,
    };

    private static byte MuLawOf(short sample)
    {
        int magnitude = Math.Min(0x1FFF, ((sample < 0 ? ~sample : sample) >> 2) + 33);    // one's complement, 14 bits, bias 33
        int segment = 1;
        for (int rest = magnitude >> 6; rest != 0; rest >>= 1) segment++;
        int octet = (8 - segment) << 4 | (15 - ((magnitude >> segment) & 15));
        return (byte)(sample >= 0 ? octet | 0x80 : octet);
    }

    private static short LinearOfMuLaw(byte octet)
    {
        int exponent = (~octet >> 4) & 7;
        int magnitude = (0x80 << exponent) + (8 << exponent) * (~octet & 15) + (4 << exponent) - 4 * 33;
        return (short)(octet < 0x80 ? -magnitude : magnitude);
    }

    private static byte ALawOf(short sample)
    {
        int magnitude = (sample < 0 ? ~sample : sample) >> 4;
        if (magnitude > 15)
        {
            int exponent = 1;
            for (; magnitude > 31; magnitude >>= 1) exponent++;
            magnitude += (exponent << 4) - 16;
        }

        return (byte)((sample >= 0 ? magnitude | 0x80 : magnitude) ^ 0x55);    // even bits inverted for the line
    }

    private static short LinearOfALaw(byte octet)
    {
        int code = (octet ^ 0x55) & 0x7F;
        int exponent = code >> 4;
        int magnitude = (((code & 15) + (exponent > 0 ? 16 : 0)) << 4) + 8;
        if (exponent > 1) magnitude <<= exponent - 1;
        return (short)(octet > 127 ? magnitude : -magnitude);
    }
}
