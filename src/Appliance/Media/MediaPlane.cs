using Microsoft.Extensions.Logging;
using Tandem.Configuration;

namespace Tandem.Media;

/// <summary>All media of the appliance: the loops and the ports they own.</summary>
#pragma warning disable CA1822    // members gain their state with the media loop
public sealed class MediaPlane : IDisposable
{
    private MediaPlane() { }

    public MediaPlaneStatus Status => new("none", []);

    /// <summary>Starts the loops. Legs can be created when it returns.</summary>
    /// <exception cref="IOException">The kernel refuses what a loop needs: a failed start.</exception>
    public static MediaPlane Start(MediaOptions options, ILoggerFactory log) => new();

    /// <summary>Opens and binds an even/odd pair of ports. Any thread; takes some microseconds and never waits.</summary>
    /// <returns>Null: no free pair is left (503).</returns>
    public MediaLeg? CreateLeg(MediaLegRequest request) => null;

    /// <summary>Closes every leg, with RTCP BYE, and ends the loops.</summary>
    public void Dispose() { }
}
