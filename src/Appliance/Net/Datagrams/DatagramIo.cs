using Microsoft.Extensions.Logging;

namespace Tandem.Net.Datagrams;

/// <summary>Chooses how loops talk to the kernel.</summary>
internal static partial class DatagramIo
{
    /// <summary>The values of <c>media.io</c>, and the names of the two backends.</summary>
    public const string Auto = "auto", Uring = "io_uring", Epoll = "epoll";

    /// <summary>Opens the backend that was asked for; with <see cref="Auto"/> io_uring, or epoll where the kernel refuses it. On the loop's thread.</summary>
    /// <exception cref="IOException">The kernel refuses what was asked for: a failed start.</exception>
    public static IDatagramIo Open(string choice, ILogger log)
    {
        if (choice == Epoll) return new EpollDatagramIo();
        if (UringDatagramIo.TryOpen(out string refusal) is { } io) return io;
        if (choice == Uring) throw new IOException($"media.io is io_uring, and {refusal}");
        Refused(log, refusal);
        return new EpollDatagramIo();
    }

    [LoggerMessage(LogLevel.Information, "Media goes through epoll: {Refusal}")]
    private static partial void Refused(ILogger log, string refusal);
}
