namespace Tandem.Storage;

/// <summary>One digit of a menu.</summary>
/// <param name="Digit">0 to 9, * or #.</param>
/// <param name="ActionType">One of <see cref="MenuAction"/>.</param>
/// <param name="ActionValue">Menu id, transfer target, agent list, text or file, by type; null for repeat and hangup.</param>
public sealed record MenuOption(char Digit, string ActionType, string? ActionValue);
