using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Interop.Peers;

/// <summary>Sockets inside other network namespaces: a thread enters the namespace, makes the socket and ends.</summary>
public static partial class Networks
{
    private const int CloneNewNet = 0x40000000;

    public static async Task<TcpClient> ConnectAsync(string? network, IPEndPoint endPoint)
    {
        TcpClient client = Inside(network, () => new TcpClient(endPoint.AddressFamily));
        try
        {
            await client.ConnectAsync(endPoint);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Runs <paramref name="make"/> in a namespace; what it opens there stays there.</summary>
    public static T Inside<T>(string? network, Func<T> make)
    {
        if (network is null) return make();
        T? made = default;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                using SafeFileHandle name = File.OpenHandle($"/run/netns/{network}");
                if (SetNs(name, CloneNewNet) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
                made = make();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? made! : throw new InvalidOperationException($"inside namespace {network}: {failure.Message}", failure);
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(SafeHandle name, int kind);
}
