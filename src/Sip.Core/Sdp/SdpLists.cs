namespace Sip.Core.Sdp;

/// <summary>Lists of lines by what they hold; a record compares its lists by where they are.</summary>
internal static class SdpLists
{
    public static bool AreEqual<T>(IReadOnlyList<T> one, IReadOnlyList<T> other)
        where T : IEquatable<T>
    {
        if (ReferenceEquals(one, other)) return true;
        if (one.Count != other.Count) return false;
        for (int i = 0; i < one.Count; i++)
        {
            if (!one[i].Equals(other[i])) return false;
        }

        return true;
    }
}
