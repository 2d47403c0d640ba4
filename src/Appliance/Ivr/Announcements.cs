namespace Tandem.Ivr;

/// <summary>What callers hear beside the menus' own words. Rendered at start, so nobody waits for them.</summary>
internal static class Announcements
{
    public const string NoInput = "Sorry, I did not hear a choice.";
    public const string Invalid = "Sorry, that is not a valid choice.";
    public const string Goodbye = "Goodbye.";
    public const string NoAnswer = "Sorry, nobody answered.";
    public const string Busy = "Sorry, that line is busy.";
    public const string Unavailable = "Sorry, that line cannot be reached right now.";
    public const string NoAgent = "Sorry, all our agents are busy.";
    public const string Fault = "Sorry, something went wrong.";

    public static IReadOnlyList<string> All { get; } = [NoInput, Invalid, Goodbye, NoAnswer, Busy, Unavailable, NoAgent, Fault];
}
