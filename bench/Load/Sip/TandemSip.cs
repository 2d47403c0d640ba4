using Load.Media;
using Microsoft.Data.Sqlite;

namespace Load.Sip;

/// <summary>Tandem as it ships, but for its users, room for the ports and calls of a thousand and more a second, and one source that may make them all.</summary>
internal sealed class TandemSip : SipEngine
{
    public TandemSip(NetworkLab lab, string binary, int callees, IEnumerable<string> settings)
        : base("tandem", lab.AddEngine(1))
    {
        foreach (int user in Enumerable.Range(FirstCallee, callees).Prepend(Caller))
            Run(binary, "user", "add", $"{user}", "--password", Password, "--data", Folder);
        List<string> arguments = ["run", "--data", Folder];
        foreach (string setting in (string[])["media.ports=[\"10000-59999\"]", "calls.max=20000", "defence.exempt=[\"10.77.0.0/16\"]", "log.level=warning", .. settings]) arguments.AddRange(["--set", setting]);
        Process = new EngineProcess(Namespace, binary, arguments);
    }

    public override bool Challenges => true;

    public override long? CountRecords()
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(Folder, "tandem.db")};Mode=ReadOnly;Pooling=False");
        database.Open();
        using SqliteCommand count = database.CreateCommand();
        count.CommandText = "SELECT count(*) FROM call_logs WHERE status = 'completed'";
        return (long)count.ExecuteScalar()!;
    }
}
