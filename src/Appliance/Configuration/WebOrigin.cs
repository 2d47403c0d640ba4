namespace Tandem.Configuration;

/// <summary>The origin of a web page (RFC 6454) as an operator writes it: scheme, host and port, or <c>*</c> for every one.</summary>
public sealed record WebOrigin(string Text)
{
    private const string Any = "*";

    /// <summary>True for <c>*</c> and for http and https URLs without path, query or user.</summary>
    public static bool TryParse(string text, out WebOrigin origin)
    {
        origin = new WebOrigin(text);
        if (text == Any) return true;
        if (!TryUri(text, out Uri? uri)) return false;
        origin = new WebOrigin(uri!.GetLeftPart(UriPartial.Authority));
        return uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;
    }

    /// <summary>Whether it covers the value of an Origin field.</summary>
    public bool Covers(string originField) => Text == Any
        || (TryUri(originField, out Uri? uri) && string.Equals(uri!.GetLeftPart(UriPartial.Authority), Text, StringComparison.OrdinalIgnoreCase));

    public override string ToString() => Text;

    private static bool TryUri(string text, out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
