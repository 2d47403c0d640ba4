namespace Tandem.Storage;

/// <summary>The action types of <c>ivr_menu_options.action_type</c>.</summary>
public static class MenuAction
{
    public const string Menu = "menu";
    public const string Transfer = "transfer";
    public const string Agent = "agent";
    public const string Say = "say";
    public const string Play = "play";
    public const string Repeat = "repeat";
    public const string Hangup = "hangup";

    public static readonly IReadOnlyList<string> All = [Menu, Transfer, Agent, Say, Play, Repeat, Hangup];

    /// <summary>True where the action says nothing without a value.</summary>
    public static bool NeedsValue(string actionType) => actionType is Menu or Transfer or Agent or Say or Play;
}
