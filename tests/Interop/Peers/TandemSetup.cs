using System.Net;

namespace Interop.Peers;

/// <summary>How an appliance under test is set up. What is not said here is the product's default.</summary>
public sealed record TandemSetup
{
    /// <summary>What callers of 9999 hear; short, so that a call that listens to all of it is short too.</summary>
    public const string Welcome = "Welcome to the testing desk. Press one for the first telephone, or two for the second. Press three for an agent.";

    public const string Password = "correct-horse-7";

    public static IReadOnlyList<string> Users { get; } = ["1001", "1002", "1003"];

    /// <summary>key=value, as for --set.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Network namespace to run in.</summary>
    public string? Network { get; init; }

    /// <summary>The address that phones use for it.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>PostgreSQL to use instead of SQLite.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>UDP ports for media; 0 takes 400 of our own range.</summary>
    public int MediaPorts { get; init; } = 400;

    /// <summary>False leaves the menu, the users and their passwords of a first start.</summary>
    public bool Seeded { get; init; } = true;
}
