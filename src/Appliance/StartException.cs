namespace Tandem;

/// <summary>The appliance or a command cannot begin: what is wrong and what the person can do about it. No stack trace is shown for it.</summary>
public class StartException : Exception
{
    public StartException(string message, string advice, Exception? inner = null) : base(message, inner) => Advice = advice;

    /// <summary>What to do next, as a sentence or a command.</summary>
    public string Advice { get; }
}
