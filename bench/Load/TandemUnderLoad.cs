using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Load;

/// <summary>The appliance with a data folder of its own and loopback as a trusted network, so that calls need no registration.</summary>
internal sealed class TandemUnderLoad : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tandem-load-").FullName;
    private readonly StringBuilder _log = new();
    private readonly Process _process;

    public TandemUnderLoad(string binary, int sipPort)
    {
        Sip = new IPEndPoint(IPAddress.Loopback, sipPort);
        ProcessStartInfo start = new(binary) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        foreach (string argument in (string[])["run", "--data", _folder, "--set", Setting("sip.udp_port", sipPort), "--set", "sip.tcp_port=-1", "--set", "sip.tls_port=-1",
            "--set", "tts.port=-1", "--set", "web.http_port=-1", "--set", "web.https_port=-1", "--set", "sip.trusted_networks=[\"127.0.0.0/8\"]", "--set", "log.level=warning"]) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IPEndPoint Sip { get; }

    public int ProcessId => _process.Id;

    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    /// <summary>Waits until the control socket takes connections.</summary>
    public void WaitUntilReady()
    {
        for (int tries = 0; tries < 400; tries++)
        {
            if (_process.HasExited) throw new InvalidOperationException($"the appliance ended at its start:\n{Log}");
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(_folder, "tandem.sock")));
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }
        throw new TimeoutException($"the appliance is not ready after 20 s:\n{Log}");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Setting(string key, int value) => string.Create(CultureInfo.InvariantCulture, $"{key}={value}");

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log) _log.AppendLine(line.Data);
    }
}
