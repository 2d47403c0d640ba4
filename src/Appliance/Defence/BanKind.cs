namespace Tandem.Defence;

public enum BanKind
{
    Source,
    Account,
}
