using System.Text;

namespace Rtp.Core.Ice;

/// <summary>One side's credentials as they stand on the wire.</summary>
internal sealed class IceIdentity(string fragment, string password)
{
    public byte[] Fragment { get; } = Encoding.UTF8.GetBytes(fragment);

    public byte[] Key { get; } = Encoding.UTF8.GetBytes(password);

    public bool Is(string otherFragment, string otherPassword) => otherFragment == fragment && otherPassword == password;
}
