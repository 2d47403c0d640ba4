using System.Runtime.InteropServices;
using Codecs.Interop;

namespace Codecs.Opus;

/// <summary>Whether libopus is on this host, and which. Looked up once, at first use.</summary>
public static class OpusLibrary
{
    /// <summary>The file that is loaded.</summary>
    public const string FileName = OpusNative.Library;

    /// <summary>The Debian package that has it.</summary>
    public const string Package = "libopus0";

    private static readonly string? s_version = Probe();

    public static bool IsAvailable => s_version is not null;

    /// <summary>As the library says it, "libopus 1.3.1"; empty where it is missing.</summary>
    public static string Version => s_version ?? "";

    /// <summary>Why there is no Opus and what to do; null where there is.</summary>
    public static string? Problem => IsAvailable ? null : $"Opus is not available: {FileName} cannot be loaded. Install it: apt-get install {Package}.";

    /// <summary>Throws <see cref="DllNotFoundException"/> with <see cref="Problem"/> where the library is missing.</summary>
    internal static void Require()
    {
        if (Problem is { } problem) throw new DllNotFoundException(problem);
    }

    private static string? Probe()
    {
        if (!NativeLibrary.TryLoad(FileName, out nint handle)) return null;
        // Kept loaded: the process needs it from now on.
        return NativeLibrary.TryGetExport(handle, "opus_decoder_create", out _) ? Marshal.PtrToStringUTF8(OpusNative.GetVersionString()) : null;
    }
}
