namespace Tandem.Http;

/// <summary>What can be written to a CSV file and read from one.</summary>
public enum CsvKind
{
    Carriers,
    Gateways,
    Dids,
    Routes,
    Groups,
    Numbers,
}
