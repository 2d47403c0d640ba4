using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Tandem.Tests.Storage;

/// <summary>A private PostgreSQL server in a folder of its own, made on first use from Debian's binaries and removed at the end.</summary>
/// <remarks>PostgreSQL refuses to run as root: there its programs run as the package's user <c>postgres</c>.</remarks>
public sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "tandem-pg-" + Guid.NewGuid().ToString("N")[..12]);
    private readonly SemaphoreSlim _starting = new(1);
    private bool _running;

    public int Port { get; private set; }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes an empty database and gives its URL.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        await StartAsync();
        string name = "t" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return $"postgresql://postgres@127.0.0.1:{Port}/{name}";
    }

    /// <summary>Starts the server; after <see cref="StopAsync"/> on the same port with the same data.</summary>
    public async Task StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_running) return;
            if (Port == 0)
            {
                Directory.CreateDirectory(_folder);
                if (Environment.IsPrivilegedProcess) await RunAsync("chown", ["postgres", _folder], asServer: false);
                await RunAsync(Program("initdb"), ["-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]);
                Port = FreePort();
            }
            string options = string.Create(CultureInfo.InvariantCulture,
                $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c fsync=off -c max_connections=200");
            await RunAsync(Program("pg_ctl"), ["-D", Data, "-w", "-l", Path.Combine(_folder, "log"), "-o", options, "start"]);
            _running = true;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Stops the server at once, as a crash of it would, and cuts every connection.</summary>
    public async Task StopAsync()
    {
        if (!_running) return;
        _running = false;
        await RunAsync(Program("pg_ctl"), ["-D", Data, "-w", "-m", "immediate", "stop"]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        _starting.Dispose();
    }

    private static string Program(string name) =>
        Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal)
            .Select(version => Path.Combine(version, "bin", name)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{name} is missing: apt-get install postgresql.");

    private async Task RunAsync(string program, string[] arguments, bool asServer = true)
    {
        bool switchUser = asServer && Environment.IsPrivilegedProcess;
        var start = new ProcessStartInfo(switchUser ? "runuser" : program)
        {
            WorkingDirectory = _folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (string argument in switchUser ? ["-u", "postgres", "--", program, .. arguments] : arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        // The server inherits standard output and keeps it open, so only the program's own end may be waited for.
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Path.GetFileName(program)} failed with {process.ExitCode}; see {_folder}/log.");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
