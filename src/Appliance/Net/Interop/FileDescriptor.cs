using System.Net;
using Microsoft.Win32.SafeHandles;

namespace Tandem.Net.Interop;

/// <summary>Owns one descriptor and closes it once.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor(int descriptor) : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>The bare number, for the owner's own calls; it is not protected against a close on another thread.</summary>
    public int Number => (int)handle;

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;

    /// <summary>Opens a non-blocking UDP socket and binds it; an IPv6 socket is IPv6 only.</summary>
    /// <param name="address">Of ours.</param>
    /// <param name="port">0: any that is free.</param>
    /// <param name="error">0, or the errno.</param>
    /// <param name="joins">Shares the port with a socket that has <see cref="SocketOptions.ReusePort"/>.</param>
    /// <returns>An invalid handle on failure, with <paramref name="error"/> the errno (<see cref="Errno.AddressInUse"/>: try another port).</returns>
    public static unsafe FileDescriptor BindUdp(IPAddress address, int port, out int error, bool joins = false)
    {
        NativeSocketAddress local = NativeSocketAddress.From(address, port);
        int family = local.IsIpv6 ? AddressFamilies.Inet6 : AddressFamilies.Inet;
        FileDescriptor socket = new(Libc.Socket(family, SocketTypes.Datagram | SocketTypes.NonBlocking | SocketTypes.CloseOnExec, 0));
        error = socket.IsInvalid ? Libc.LastError : 0;
        if (error == 0 && local.IsIpv6 && !socket.SetOption(SocketOptions.LevelIpv6, SocketOptions.Ipv6V6Only, 1)) error = Libc.LastError;
        if (error == 0 && joins && !socket.SetOption(SocketOptions.LevelSocket, SocketOptions.ReusePort, 1)) error = Libc.LastError;
        if (error == 0 && Libc.Bind(socket.Number, &local, local.Length) != 0) error = Libc.LastError;
        if (error == 0) return socket;
        socket.Dispose();
        return new FileDescriptor(-1);
    }

    /// <summary>Sets an integer option; false with errno set when the kernel refuses.</summary>
    public unsafe bool SetOption(int level, int option, int value) =>
        Libc.SetSocketOption(Number, level, option, &value, sizeof(int)) == 0;

    /// <summary>Sets the program that chooses among the sockets of one port; false with errno set when the kernel refuses.</summary>
    public unsafe bool SetReusePortFilter(ReadOnlySpan<FilterStep> steps)
    {
        fixed (FilterStep* first = steps)
        {
            FilterProgram program = new() { Length = (ushort)steps.Length, Steps = first };
            return Libc.SetSocketOption(Number, SocketOptions.LevelSocket, SocketOptions.AttachReusePortFilter, &program, sizeof(FilterProgram)) == 0;
        }
    }

    /// <summary>An integer option; −1 when the kernel refuses.</summary>
    public unsafe int GetOption(int level, int option)
    {
        int value = -1, length = sizeof(int);
        return Libc.GetSocketOption(Number, level, option, &value, &length) == 0 ? value : -1;
    }

    /// <summary>The address a socket is bound to; empty when it is none.</summary>
    public unsafe NativeSocketAddress LocalAddress()
    {
        NativeSocketAddress address = default;
        int length = NativeSocketAddress.Size;
        return Libc.GetSocketName(Number, &address, &length) == 0 ? address : default;
    }
}
