using System.Runtime.InteropServices;

namespace Tandem.Net.Interop;

/// <summary>Memory that the kernel reads and writes by its address, outside what is collected.</summary>
internal static unsafe class NativeArray
{
    /// <summary>Zeroed; the caller frees it with <see cref="NativeMemory.Free"/>.</summary>
    public static T* Allocate<T>(int count)
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(T));
}
