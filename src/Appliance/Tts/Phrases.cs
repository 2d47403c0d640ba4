using System.Collections.Frozen;

namespace Tandem.Tts;

/// <summary>The named phrases that every installation speaks.</summary>
public static class Phrases
{
    /// <summary>Text by name.</summary>
    public static FrozenDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["welcome"] = "Welcome. Thank you for calling.",
        ["goodbye"] = "Thank you for calling. Goodbye.",
        ["invalid"] = "That is not a valid choice. Please try again.",
        ["no_input"] = "We did not receive your choice. Please try again.",
        ["transferring"] = "Please hold while we transfer your call.",
        ["please_hold"] = "Please hold the line.",
        ["no_answer"] = "Nobody answers at that extension.",
        ["busy"] = "That extension is busy.",
        ["unavailable"] = "That extension is not available at the moment.",
        ["no_agents"] = "All our agents are busy. Please call again later.",
        ["transfer_failed"] = "Your call could not be transferred.",
        ["error"] = "We are sorry. Something went wrong. Please call again later.",
        ["thank_you"] = "Thank you.",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
