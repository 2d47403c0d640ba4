namespace Sip.Core.Authentication;

/// <summary>The challenges that one request has had; a new request begins with none.</summary>
public struct DigestTries
{
    const int Most = 3;    // of a server that calls every nonce stale

    int _asServer, _asProxy;

    /// <summary>Counts one more.</summary>
    /// <returns>False: the one before it was answered for nothing.</returns>
    internal bool TryTake(bool proxy, bool stale)
    {
        int before = proxy ? _asProxy++ : _asServer++;
        return before == 0 || (stale && before < Most);
    }
}
