using System.Globalization;

namespace Load.Sip;

/// <summary>What a sipp counted until it ended.</summary>
/// <param name="Right">Calls that ended well.</param>
/// <param name="Failed">Calls that did not; some may have had no end yet.</param>
/// <param name="Resent">Messages sent again.</param>
/// <param name="Begun">Calls begun.</param>
/// <param name="Beginning">From its start until the last of them was begun, to a tenth of a second.</param>
internal readonly record struct SippCount(int Right, int Failed, int Resent, int Begun, TimeSpan Beginning)
{
    public double PerSecond => Beginning > TimeSpan.Zero ? Begun / Beginning.TotalSeconds : 0;

    /// <param name="statistics">Lines of sipp's statistics file: the names of the columns, then one each tenth of a second.</param>
    public static SippCount Read(IReadOnlyList<string> statistics)
    {
        string[][] lines = [.. statistics.Where(line => line.Length > 0).Select(line => line.Split(';'))];
        if (lines.Length < 2) return default;
        string Field(string[] line, string name) => Array.IndexOf(lines[0], name) is >= 0 and int at && at < line.Length ? line[at] : "";
        int Number(string[] line, string name) => int.TryParse(Field(line, name), CultureInfo.InvariantCulture, out int number) ? number : 0;
        // Date, time and seconds since 1970, with tabs between.
        double Seconds(string[] line, string name) => double.TryParse(Field(line, name).Split('\t')[^1], CultureInfo.InvariantCulture, out double seconds) ? seconds : 0;
        string[] last = lines[^1];
        int begun = Number(last, "OutgoingCall(C)");
        string[] allBegun = lines.Skip(1).First(line => Number(line, "OutgoingCall(C)") == begun);
        return new SippCount(Number(last, "SuccessfulCall(C)"), Number(last, "FailedCall(C)"), Number(last, "Retransmissions(C)"), begun,
            TimeSpan.FromSeconds(Seconds(allBegun, "CurrentTime") - Seconds(last, "StartTime")));
    }
}
