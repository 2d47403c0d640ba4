namespace Tandem.Cli;

/// <summary>One thing that <c>tandem check</c> looked at.</summary>
/// <param name="Advice">What to do; empty where it is in order.</param>
internal sealed record CheckResult(string What, bool Ok, string Finding, string Advice)
{
    public static CheckResult Good(string what, string finding) => new(what, true, finding, "");

    public static CheckResult Bad(string what, string finding, string advice) => new(what, false, finding, advice);
}
