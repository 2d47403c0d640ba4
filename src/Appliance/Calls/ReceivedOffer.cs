using Sip.Core.Sdp;

namespace Tandem.Calls;

/// <summary>An offer as it came, read once: a caller's is looked at when its media is opened, before others are rung, and when it is answered.</summary>
/// <param name="Text">Empty: there was none.</param>
/// <param name="Description">Null: there was none, or it cannot be read.</param>
/// <param name="Problem">Why it cannot be read.</param>
internal readonly record struct ReceivedOffer(ReadOnlyMemory<byte> Text, SessionDescription? Description, string? Problem)
{
    public static ReceivedOffer Read(ReadOnlyMemory<byte> text)
    {
        if (text.IsEmpty) return default;
        return SessionDescription.TryParse(text.Span, out SessionDescription? description, out string? problem)
            ? new(text, description, null) : new(text, null, problem);
    }
}
