namespace Tandem.Configuration;

/// <summary>Section <c>[ivr]</c>: patience of the menus.</summary>
public sealed record IvrOptions
{
    [Setting("tries", "Times a menu is played before the call is ended politely.", Min = 1, Max = 10)]
    public int Tries { get; init; } = 3;

    [Setting("first_digit_ms", "Milliseconds to wait for the first digit after the prompt.", Min = 500, Max = 120000, Unit = "ms")]
    public TimeSpan FirstDigit { get; init; } = TimeSpan.FromMilliseconds(5000);

    [Setting("inter_digit_ms", "Milliseconds to wait for the next digit of a longer number.", Min = 200, Max = 60000, Unit = "ms")]
    public TimeSpan InterDigit { get; init; } = TimeSpan.FromMilliseconds(2500);
}
