namespace Sip.Core.Registration;

/// <summary>What to answer to a REGISTER.</summary>
/// <param name="Status">200, 400, 403, 423 or 500; after anything but 200 nothing has changed.</param>
/// <param name="Reason">Reason phrase; null: the RFC's.</param>
/// <param name="Bindings">With 200: all current bindings, each to be listed as Contact.</param>
/// <param name="Set">Those of them that this request made or refreshed.</param>
/// <param name="Removed">Bindings that are gone or were refreshed: by the phone, by their address, or pushed out.</param>
public sealed record RegisterResult<TFlow>(int Status, string? Reason, IReadOnlyList<Binding<TFlow>> Bindings,
    IReadOnlyList<Binding<TFlow>> Set, IReadOnlyList<Binding<TFlow>> Removed) where TFlow : class
{
    /// <summary>True when anything was set or removed.</summary>
    public bool Changed => Set.Count > 0 || Removed.Count > 0;
}
