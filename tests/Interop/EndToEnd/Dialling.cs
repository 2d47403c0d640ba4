using Interop.Peers;

namespace Interop.EndToEnd;

internal static class Dialling
{
    /// <summary>The URI of a number at this phone's registrar; baresip adds the account's transport by itself.</summary>
    public static string Number(this BaresipPhone phone, string number) => $"sip:{number}@{phone.Options.Registrar}";
}
