using Npgsql;

namespace Tandem.Storage;

/// <summary>Reads <c>postgresql://user:password@host:port/database?key=value</c> as libpq does.</summary>
public static class PostgresUrl
{
    public static bool IsValid(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "postgres" or "postgresql"
        && uri.Host.Length > 0 && uri.AbsolutePath.Length > 1;

    public static string WithoutPassword(string url) => new UriBuilder(url) { Password = "", Query = "" }.Uri.ToString();

    public static string ToConnectionString(string url)
    {
        var uri = new Uri(url);
        string[] account = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]),
            ApplicationName = "tandem",
            Timeout = 5,           // seconds to connect: a lost server is noticed soon
            CommandTimeout = 15,
            TcpKeepAlive = true,
            MaxPoolSize = 16,
            MaxAutoPrepare = 64,
        };
        if (account[0].Length > 0) builder.Username = Uri.UnescapeDataString(account[0]);
        if (account.Length == 2) builder.Password = Uri.UnescapeDataString(account[1]);
        foreach (string pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            string value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
            if (parts[0] == "sslmode") builder["SSL Mode"] = value.Replace("-", "", StringComparison.Ordinal);    // verify-full
            else builder[parts[0] == "sslrootcert" ? "Root Certificate" : parts[0]] = value;
        }
        return builder.ToString();
    }
}
