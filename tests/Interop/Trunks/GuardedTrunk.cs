using Interop.Peers;

namespace Interop.Trunks;

/// <summary>A trunk with the guard and the defence as they are delivered, where it is always night.</summary>
public sealed class GuardedTrunk : Trunk
{
    protected override TandemSetup Setup => new() { Settings = [.. Waits, "fraud.night=[\"00:00-12:00\",\"12:00-00:00\"]", "fraud.time_zone=UTC"] };
}
