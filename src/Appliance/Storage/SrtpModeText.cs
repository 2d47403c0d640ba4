using Sip.Core.Sdp;

namespace Tandem.Storage;

/// <summary>The words of <c>users.srtp</c>, which people type too.</summary>
public static class SrtpModeText
{
    public const string Known = "off, optional, required";

    public static string ToText(this SrtpMode mode) => mode switch
    {
        SrtpMode.Off => "off",
        SrtpMode.Required => "required",
        _ => "optional",
    };

    public static bool TryParse(string text, out SrtpMode mode)
    {
        for (mode = SrtpMode.Off; mode <= SrtpMode.Required; mode++)
        {
            if (text.Trim().Equals(mode.ToText(), StringComparison.OrdinalIgnoreCase)) return true;
        }
        mode = SrtpMode.Optional;
        return false;
    }
}
